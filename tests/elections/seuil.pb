META
key;value
description;Budget participatif de Saint-Ouen-les-Vignes
country;France
unit;Saint-Ouen-les-Vignes
instance;2026
num_projects;4
num_votes;18
budget;60000
vote_type;approval
rule;greedy-threshold
max_length;2
min_project_score_threshold;6
language;fr
currency;EUR
PROJECTS
project_id;cost;votes;name;category;selected
7;20000;11;Mare pédagogique;nature;1
8;20000;10;Local des associations;vie locale;1
9;5000;6;Fresque du pont;culture;1
10;1000;2;Cendriers;propreté;0
VOTES
voter_id;vote
1;7,8
2;7,8
3;7,8
4;7,8
5;7,8
6;7,8
7;7,9
8;7,9
9;7,9
10;7,9
11;7,9
12;8
13;8
14;8
15;8
16;9
17;10
18;10
