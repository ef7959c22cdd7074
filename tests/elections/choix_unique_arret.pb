META
key;value
description;Budget participatif de Roc-sur-Lère
country;France
unit;Roc-sur-Lère
instance;2026
num_projects;4
num_votes;25
budget;50000
vote_type;choose-1
rule;greedy-no-skip
min_length;1
max_length;1
language;fr
currency;EUR
PROJECTS
project_id;cost;votes;name;category;selected
10;30000;9;Aire de jeux du Grand Pré;jeunesse;1
20;25000;7;Éclairage du stade;sport;0
30;15000;5;Jardin des senteurs;nature;0
40;5000;4;Panneaux du sentier;patrimoine;0
VOTES
voter_id;vote
1;10
2;10
3;10
4;10
5;10
6;10
7;10
8;10
9;10
10;20
11;20
12;20
13;20
14;20
15;20
16;20
17;30
18;30
19;30
20;30
21;30
22;40
23;40
24;40
25;40
