META
key;value
description;Budget participatif de Valombreuse
country;France
unit;Valombreuse
instance;2026
num_projects;6
num_votes;24
budget;50000
vote_type;approval
rule;greedy
max_length;3
language;fr
currency;EUR
PROJECTS
project_id;cost;votes;name;category;selected
1;18000;13;Un préau pour l’école des Tilleuls;école;1
2;25000.50;11;"Place du marché : bancs ; ombre ; fontaine";espace public;1
3;9000;8;Verger du chemin creux;nature;0
4;12000;6;Abri à vélos de la gare;mobilité;0
5;4000,00;3;Boîte à livres;culture;1
6;2500;4;Nichoirs;nature;1
VOTES
voter_id;vote
1;1,2
2;1,2
3;1,2
4;1,2
5;1,2
6;1,2
7;1,3
8;1,3
9;1,3
10;1,3
11;1,3
12;2,4
13;2,4
14;2,4
15;2,4
16;3
17;3
18;3
19;5,6
20;5,6
21;1,4,6
22;1,4,6
23;2,5
24;
