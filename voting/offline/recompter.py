#!/usr/bin/env python3
"""Recompte un vote à partir de son dossier publié :   python3 recompter.py DOSSIER      (ou l’archive .zip)

Vérifie les empreintes et le nombre de reçus, puis refait le compte et le compare à resultats.json. Ce programme n’a
besoin que de Python 3.8 ou plus récent, et de rien du logiciel qui a compté le vote : il est écrit à part, exprès.
Il est en français, comme la règle qu’il applique, pour que chacun puisse le relire.
Sortie 0 : « Le recomptage donne le même résultat. »   Sortie 1 : la première différence.
"""

import csv
import hashlib
import io
import json
import sys
import zipfile
from fractions import Fraction
from pathlib import Path


class Difference(ValueError):  # noqa: N818 -- it reads as what happened
    """La première chose qui ne va pas, en une phrase."""


class Folder:
    def __init__(self, path):
        self.path, self.zip, self.names = Path(path), None, []
        if self.path.is_file():
            try:
                self.zip = zipfile.ZipFile(self.path)
            except zipfile.BadZipFile:
                raise Difference(f"{path} n’est pas une archive zip lisible.") from None
        for line in self.read("SHA256SUMS").decode().splitlines():
            digest, _, name = line.partition("  ")
            if digest_of(self.read(name)) != digest:
                raise Difference(f"{name} n’est pas le fichier publié : son empreinte a changé.")
            self.names.append(name)

    def read(self, name):
        try:
            return self.zip.read(name) if self.zip else (self.path / name).read_bytes()
        except (KeyError, OSError):
            raise Difference(f"{name} manque dans le dossier.") from None
        except zipfile.BadZipFile:
            raise Difference(f"{name} n’est pas le fichier publié : l’archive est abîmée.") from None

    def table(self, name):
        """Les lignes d’un tableau, ou aucune si le dossier n’a pas besoin de lui. Une apostrophe protège les tableurs
        des formules : on l’ôte."""
        if name not in self.names:
            return []
        rows = csv.DictReader(io.StringIO(self.read(name).decode("utf-8-sig"), newline=""), delimiter=";")
        formulas = tuple("'" + sign for sign in "=+-@\t\r")
        return [{key: cell[1:] if cell.startswith(formulas) else cell for key, cell in row.items()} for row in rows]


def digest_of(data):
    return hashlib.sha256(data).hexdigest()


class Project:
    def __init__(self, sealed, draw, is_withdrawn):
        self.id, self.cost, self.draw, self.is_withdrawn = sealed["id"], sealed["cost_cents"], draw, is_withdrawn
        self.owners, self.keys = set(sealed["owners"]), sealed.get("keys", {})
        self.votes = self.score = 0
        self.merit = ()  # ce qui classe : le score, ou pour les mentions la suite des médianes


class Scope:
    """Un périmètre : sa règle, ses projets, et ce qui est publié de ses bulletins."""

    def __init__(self, rule, projects, total):
        self.rule, self.id, self.projects, self.total = rule, rule["id"], projects, total
        self.kind, self.level, self.cast = rule["ballot"]["kind"], total["publie"], int(total["bulletins"])
        self.ballots = {}  # bulletins exprimés, groupés : ((projet, marque), …) → nombre
        self.valid = self.blank = self.null = 0


def read_scopes(folder, sealed):
    withdrawn = {row["projet"] for row in folder.table("projets.csv") if row["retire"]}
    totals = {row["perimetre"]: row for row in folder.table("totaux.csv")}
    seed, drawn = sealed["draw_seed"].encode(), [project["id"] for project in sealed["projects"]]
    drawn.sort(key=lambda project: hashlib.sha256(seed + b"\0" + project.encode()).digest())  # le tirage public
    scopes = []
    for rule in sealed["scopes"]:
        listed = [row for row in sealed["projects"] if row["scope"] == rule["id"]]
        projects = {row["id"]: Project(row, drawn.index(row["id"]), row["id"] in withdrawn) for row in listed}
        scopes.append(Scope(rule, projects, totals[rule["id"]]))
    urns, histograms = {scope.id: {} for scope in scopes}, {scope.id: {} for scope in scopes}
    for row in folder.table("urne.csv"):
        said = (row["choix"], row["nul"])
        urns[row["perimetre"]][said] = urns[row["perimetre"]].get(said, 0) + 1
    for row in folder.table("histogrammes.csv"):
        histograms[row["perimetre"]].setdefault(row["projet"], {})[int(row["marque"])] = int(row["bulletins"])
    for scope in scopes:
        scores = [row for row in folder.table("scores.csv") if row["perimetre"] == scope.id]
        if scope.level != "ordre":
            read_ballots(scope, urns[scope.id], histograms[scope.id], scores)
    return scopes


def read_ballots(scope, urn, histogram, scores):
    """Les exprimés, les blancs, les nuls, et le score de chaque projet."""
    stated = tuple(int(scope.total[name]) for name in ("exprimes", "blancs", "nuls"))
    if scope.level == "contenus":
        sort_ballots(scope, urn, histogram)
    else:
        scope.valid, scope.blank, scope.null = stated
    if (scope.valid, scope.blank, scope.null) != stated or sum(stated) != scope.cast:
        raise Difference(f"Périmètre « {scope.id} » : totaux.csv ne correspond pas aux bulletins.")
    for project in scope.projects.values():
        score_project(scope, project, histogram.get(project.id, {}))
    for row in scores:
        project = scope.projects[row["projet"]]
        project.votes, project.score = int(row["voix"]), int(row["score"])
        project.merit = (project.score,)


def sort_ballots(scope, urn, histogram):
    """Trie les bulletins, et compte combien donnent chaque marque à chaque projet."""
    for (choices, reason), number in urn.items():
        marks = read_choices(choices, scope.kind)
        if reason:
            scope.null += number
        elif not (any(mark for _, mark in marks) if scope.kind == "points" else marks):
            scope.blank += number
        elif is_null(marks, scope):
            scope.null += number
        else:
            scope.valid += number
            scope.ballots[marks] = scope.ballots.get(marks, 0) + number
            for project, mark in marks:
                seen = histogram.setdefault(project, {})
                seen[mark] = seen.get(mark, 0) + number


def read_choices(text, kind):
    """« BP26-0001,BP26-0004 », ou avec des marques « BP26-0001:3,BP26-0004:1 »."""
    parts = text.split(",") if text else []
    if kind in ("approval", "choose_one", "hands"):
        return tuple((project, 1) for project in parts)
    return tuple((project, int(mark)) for project, _, mark in (part.rpartition(":") for part in parts))


def is_null(marks, scope):
    """Un bulletin qui ne respecte pas la règle est nul en entier, jamais raboté."""
    rule, kind = scope.rule["ballot"], scope.kind
    marks = [(project, mark) for project, mark in marks if mark or kind != "points"]
    names, values = [project for project, _ in marks], [mark for _, mark in marks]
    most = 1 if kind in ("choose_one", "hands") else rule.get("max_choices")
    if any(name not in scope.projects for name in names) or len(set(names)) < len(names):
        return True
    if len(names) < rule.get("min_choices", 0) or (most is not None and len(names) > most):
        return True
    if kind == "points":
        total, ceiling, highest = sum(values), rule.get("max_sum_points"), rule.get("max_points")
        if min(values) < max(rule.get("min_points", 0), 0) or (highest is not None and max(values) > highest):
            return True
        if (ceiling is not None and total > ceiling) or (rule.get("exact_sum") and total != ceiling):
            return True
        return total < rule.get("min_sum_points", 0)
    if kind == "ranking":
        return len(values) > rule["ranks"] or sorted(values) != list(range(1, len(values) + 1))
    if kind == "grades":
        return min(values) < 0 or max(values) > rule["grades"] - 1
    cost, ceiling = sum(scope.projects[name].cost for name in names), rule.get("max_sum_cost_cents")
    return (ceiling is not None and cost > ceiling) or cost < rule.get("min_sum_cost_cents", 0)


def score_project(scope, project, marks):
    """Voix, points, points de rang ; ou jugement majoritaire : ne rien dire vaut la pire mention, et l’on compare les
    mentions médianes que l’on ôte une à une."""
    if scope.kind != "grades":
        top = scope.rule["ballot"].get("ranks", 0) + 1
        project.votes = sum(number for mark, number in marks.items() if mark)
        project.score = sum((top - m if scope.kind == "ranking" else m) * n for m, n in marks.items() if m)
        project.merit = (project.score,)
        return
    worst = scope.valid - sum(number for grade, number in marks.items() if grade)
    grades = [0] * worst + [grade for grade, number in sorted(marks.items()) if grade for _ in range(number)]
    half = (len(grades) + 1) // 2
    below, above, walk = grades[:half], grades[half:][::-1], []
    while below or above:
        walk.append(below.pop() if len(below) >= len(above) else above.pop())
    project.votes, project.score, project.merit = scope.valid - worst, (walk or [0])[0], tuple(walk)


class Count:
    """Les périmètres dans l’ordre scellé. Qui est pris dans l’un peut en barrer d’autres, dans celui-ci et après."""

    def __init__(self, sealed, published):
        self.conflicts, self.one_per_owner = [set(group) for group in sealed["conflicts"]], sealed["one_per_owner"]
        self.published = published  # périmètre → projets arrivés en tête, selon resultats.json
        self.taken, self.owners, self.received = set(), set(), {}

    def run(self, scope):
        """Les projets arrivés en tête, dans l’ordre ; et si le périmètre a pu être recompté."""
        rule, budget = scope.rule, scope.rule["budget_cents"]
        if budget is not None:
            budget += self.received.get(scope.id, 0)
        is_shared = rule["method"] == "equal_shares"
        can = scope.level == "contenus" or (scope.level != "ordre" and not is_shared)
        if not can:
            winners = [scope.projects[name] for name in self.published[scope.id]]
        elif is_shared:
            winners = self.shared(scope, budget)
        else:
            winners = self.in_order(scope, budget, stops=rule["method"] == "greedy_stop")
        for project in winners:
            self.taken.add(project.id)
            self.owners |= project.owners
        if rule["leftover_to"] and budget is not None:
            left = budget - sum(project.cost for project in winners)
            self.received[rule["leftover_to"]] = self.received.get(rule["leftover_to"], 0) + left
        return winners, can

    def running(self, scope):
        """Les projets encore en lice, le meilleur d’abord : score, puis critère de la règle, puis tirage."""

        def place(project):
            ties = {"lower_cost": project.cost, "more_voters": -project.votes, "draw_only": 0}
            return [-mark for mark in project.merit], ties[scope.rule["tie_criterion"]], project.draw

        return sorted((p for p in scope.projects.values() if self.may_run(scope, p)), key=place)

    def may_run(self, scope, project):
        """Ni retiré, ni sous le seuil (l’atteindre suffit), ni sans aucun soutien."""
        limit = scope.rule.get("threshold")
        if project.is_withdrawn or not (project.score or project.votes):
            return False
        if limit and limit["unit"] == "percent":
            return project.votes * 100 >= Fraction(limit["value"]) * scope.valid
        return not limit or (project.score if limit["unit"] == "score" else project.votes) >= int(limit["value"])

    def is_barred(self, project, taken, owners):
        """Un projet incompatible, ou du même porteur, est déjà pris."""
        if self.one_per_owner and project.owners & owners:
            return True
        return any(project.id in group and group & taken for group in self.conflicts)

    def in_order(self, scope, budget, already=(), stops=False):
        """Les minimums par lieu ou thème d’abord, tour par tour ; puis l’ordre des scores. Seul l’argent arrête."""
        spending, order, floors = Spending(self, scope, budget, already), self.running(scope), scope.rule["floors"]
        for turn in range(1, max((floor["min_projects"] for floor in floors), default=0) + 1):
            for project in order:
                if any(spending.lacks(floor, project, turn) for floor in floors) and spending.allows(project):
                    if spending.pays(project):
                        spending.take(project)
        for project in order:
            if spending.allows(project):
                if spending.pays(project):
                    spending.take(project)
                elif stops:
                    break
        return spending.winners

    def shared(self, scope, budget):
        """Parts égales ; puis, si la règle le dit, le reste dans l’ordre des scores, et la comparaison."""
        options = scope.rule["equal_shares"]
        winners = equal_shares(self, scope, budget, options)
        if options["fill"]:
            winners = self.in_order(scope, budget, winners)
        if not options["comparison"]:
            return winners
        others, ours, theirs = self.in_order(scope, budget), 0, 0
        for ballot, number in scope.ballots.items():
            here, there = (sum((p.id, 1) in ballot for p in found) for found in (winners, others))
            ours, theirs = ours + number * (here > there), theirs + number * (there > here)
        return winners if ours >= theirs else others


class Spending:
    """L’enveloppe d’un périmètre pendant qu’on la dépense."""

    def __init__(self, count, scope, budget, already):
        self.count, self.rule, self.left, self.winners = count, scope.rule, budget, []
        self.taken, self.owners = set(count.taken), set(count.owners)
        for project in already:
            self.take(project)

    def take(self, project):
        self.winners.append(project)
        self.taken.add(project.id)
        self.owners |= project.owners
        self.left = None if self.left is None else self.left - project.cost

    def pays(self, project):
        return self.left is None or project.cost <= self.left

    def same(self, limit):
        """Les projets déjà pris que vise ce plafond ou ce minimum."""
        return [project for project in self.winners if project.keys.get(limit["dimension"]) == limit["key"]]

    def lacks(self, floor, project, turn):
        is_here = project.keys.get(floor["dimension"]) == floor["key"]
        return is_here and len(self.same(floor)) < min(turn, floor["min_projects"])

    def allows(self, project):
        """Ni déjà pris, ni exclusion, ni plafond, ni nombre de lauréats atteint : tout sauf l’argent."""
        if project.id in self.taken or self.count.is_barred(project, self.taken, self.owners):
            return False
        for cap in self.rule["caps"]:
            if project.keys.get(cap["dimension"]) == cap["key"]:
                spent = sum(other.cost for other in self.same(cap)) + project.cost
                if cap["max_projects"] is not None and len(self.same(cap)) >= cap["max_projects"]:
                    return False
                if cap["max_cents"] is not None and spent > cap["max_cents"]:
                    return False
        return self.rule["max_winners"] is None or len(self.winners) < self.rule["max_winners"]


def equal_shares(count, scope, budget, options):
    """Chacun reçoit la même somme, relevée pas à pas, chaque fois depuis le début, tant que l’on ne dépasse pas."""
    if not scope.valid:
        return []
    market, step = Market(count, scope, budget), options["step_cents"]
    if not options["add_one"]:
        market.run(Fraction(budget, scope.valid))
        return market.bought
    share = budget // (step * scope.valid) * step
    market.run(Fraction(share))
    kept = market.bought
    while not market.is_complete():
        share += step
        if not market.run(Fraction(share)):
            break
        kept = market.bought
    return kept


class Market:
    """Les projets que l’on peut acheter et qui les soutient ; les bulletins identiques vont ensemble.

    Les sommes sont des fractions exactes, chacune rangée une fois dans `sums`. Les nombres à virgule ne servent qu’à
    écarter ce qui ne peut pas être premier ; à un dix-millionième près, on compare exactement."""

    NEAR = 1e-7

    def __init__(self, count, scope, budget):
        self.count, self.budget = count, budget
        able = [project for project in count.running(scope) if project.cost <= budget]
        able = [project for project in able if not count.is_barred(project, count.taken, count.owners)]
        self.able = sorted(able, key=lambda project: (project.cost, -project.votes, project.draw))
        names, groups = {project.id for project in able}, {}
        for ballot, number in scope.ballots.items():
            wanted = tuple(project for project, _ in ballot if project in names)
            groups[wanted] = groups.get(wanted, 0) + number
        self.weights, self.fans = list(groups.values()), {project.id: [] for project in able}
        for group, wanted in enumerate(groups):
            for name in wanted:
                self.fans[name].append(group)

    def run(self, share):
        """Acheter jusqu’à ce que personne ne puisse plus rien payer. Faux dès que l’enveloppe est dépassée."""
        self.sums, self.rough, self.purse = [share], [float(share)], [0] * len(self.weights)
        self.bought, self.taken, self.owners = [], set(self.count.taken), set(self.count.owners)
        known = dict.fromkeys(self.able, 0.0)  # le dernier prix connu : il ne fait que monter
        while True:
            project = self.cheapest(known)
            if project is None:
                return True
            del known[project]
            self.buy(project)
            if sum(other.cost for other in self.bought) > self.budget:
                return False

    def cheapest(self, known):
        """Le projet qui demande le moins à chacun par euro de son coût ; à égalité, l’ordre de `able`."""
        best, asked = float("inf"), {}
        for project in sorted(known, key=known.get):
            if known[project] > best * (1 + 2 * self.NEAR):
                break
            if not self.count.is_barred(project, self.taken, self.owners):
                known[project] = asked[project] = self.rough_price(project)
                best = min(best, asked[project])
        near = [p for p in self.able if asked.get(p, best) <= best * (1 + self.NEAR) < float("inf") and p in asked]
        if len(near) < 2:
            return near[0] if near else None
        return min(near, key=lambda project: self.payment(project) / max(project.cost, 1))

    def holdings(self, project):
        """Somme en main → combien de ses soutiens l’ont."""
        held = {}
        for group in self.fans[project.id]:
            held[self.purse[group]] = held.get(self.purse[group], 0) + self.weights[group]
        return held

    def rough_price(self, project):
        held = self.holdings(project)
        total = sum(self.rough[key] * number for key, number in held.items())
        if not held or total < project.cost * (1 - self.NEAR):
            return float("inf")
        if total < project.cost * (1 + self.NEAR):
            if sum(self.sums[key] * number for key, number in held.items()) < project.cost:
                return float("inf")
        number, owed = sum(held.values()), float(project.cost)
        for value, some in sorted((self.rough[key], some) for key, some in held.items()):
            if owed <= value * number or some == number:
                break
            owed, number = owed - value * some, number - some
        return owed / number / max(project.cost, 1)

    def payment(self, project):
        """Ce que chaque soutien paie au plus : qui a moins donne tout ce qu’il a."""
        held, owed = self.holdings(project), Fraction(project.cost)
        number = sum(held.values())
        for value, some in sorted((self.sums[key], some) for key, some in held.items()):
            if owed <= value * number:
                break
            owed, number = owed - value * some, number - some
        return owed / number

    def buy(self, project):
        paid, after = self.payment(project), {}
        for key in self.holdings(project):
            after[key] = len(self.sums)
            self.sums.append(max(self.sums[key] - paid, Fraction(0)))
            self.rough.append(float(self.sums[-1]))
        for group in self.fans[project.id]:
            self.purse[group] = after[self.purse[group]]
        self.bought = [*self.bought, project]
        self.taken.add(project.id)
        self.owners |= project.owners

    def is_complete(self):
        """Tout ce que quelqu’un soutient est acheté, ou barré par ce qui l’est."""
        left = [project for project in self.able if self.fans[project.id] and project not in self.bought]
        return all(self.count.is_barred(project, self.taken, self.owners) for project in left)


def check_refs(folder, scopes):
    """Autant de reçus que de bulletins en ligne et sur tablette, nuls compris ; la liste est celle de la clôture."""
    lines, closing = folder.read("recus.txt").decode().split(), json.loads(folder.read("cloture.json"))
    if lines != sorted(set(lines)):
        raise Difference("recus.txt n’est pas trié, ou répète un reçu.")
    if digest_of(b"".join(bytes.fromhex(line) for line in lines)) != closing["refs_digest"]:
        raise Difference("recus.txt n’est pas la liste fixée à la clôture.")
    paper = {row["perimetre"]: int(row["bulletins"]) for row in folder.table("papier.csv")}
    for scope in scopes:
        if closing["refs"].get(scope.id, 0) + paper.get(scope.id, 0) != scope.cast:
            raise Difference(f"Périmètre « {scope.id} » : les reçus et le papier ne font pas le compte des bulletins.")
    if len(lines) != sum(closing["refs"].values()):
        raise Difference("recus.txt ne compte pas autant de reçus que la clôture.")
    return len(lines)


def compare(scope, winners, kept):
    """La première différence avec resultats.json ; sinon ce que coûtent les projets en tête, en centimes."""
    where, names = f"Périmètre « {scope.id} »", [project.id for project in winners]
    if scope.level != "ordre":
        if (scope.valid, scope.blank) != (kept["ballots"]["valid"], kept["ballots"]["blank"]):
            raise Difference(f"{where} : {scope.valid} exprimés, {scope.blank} blancs ; le résultat dit autrement.")
        for line in kept["lines"]:
            ours, theirs = scope.projects[line["project"]], (line["votes"], line["score"])
            if (ours.votes, ours.score) != theirs:
                told = f"{ours.votes} voix, score {ours.score} ; le résultat dit {theirs[0]} et {theirs[1]}"
                raise Difference(f"{where}, projet {ours.id} : {told}.")
    if names != kept["winners"]:
        ours, theirs = (", ".join(found) or "aucun projet" for found in (names, kept["winners"]))
        raise Difference(f"{where} : le recomptage retient {ours} ; le résultat, {theirs}.")
    spent = sum(project.cost for project in winners)
    if kept.get("spent_cents", spent) != spent:
        raise Difference(f"{where} : {spent} centimes engagés ; le résultat dit {kept['spent_cents']}.")
    return spent


def recount(path):
    folder = Folder(path)
    data, result = folder.read("scelle.json"), json.loads(folder.read("resultats.json"))
    if digest_of(data) != result["poll"]:
        raise Difference("scelle.json n’est pas la règle que le résultat applique.")
    sealed, kept = json.loads(data), {scope["id"]: scope for scope in result["result"]["scopes"]}
    scopes = read_scopes(folder, sealed)
    print(f"{len(folder.names)} fichiers intacts, {check_refs(folder, scopes)} reçus.")
    print(f"Règle scellée : {digest_of(data)}")
    titles = {project["id"]: project["title"] for project in sealed["projects"]}
    count = Count(sealed, {name: scope["winners"] for name, scope in kept.items()})
    for scope in scopes:
        winners, can = count.run(scope)
        spent = compare(scope, winners, kept[scope.id])
        print(f"\n{scope.rule['name']} : {scope.cast} bulletins ; en tête, pour {spent / 100:.2f} :")
        for place, project in enumerate(winners, 1):
            print(f"  {place}. {project.id}  {titles[project.id]}")
        if not can:
            few = "dix" if scope.level == "ordre" else "cinquante"
            print(f"  Moins de {few} bulletins : ce périmètre ne se recompte pas, l’ordre est celui du résultat.")
    print("\nLe recomptage donne le même résultat.")


def main(arguments):
    try:
        recount(arguments[0] if arguments else ".")
    except (ValueError, LookupError, TypeError) as problem:
        is_ours = isinstance(problem, Difference)
        print(f"DIFFÉRENCE : {problem if is_ours else f'un fichier n’a pas la forme attendue ({problem!r}).'}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
