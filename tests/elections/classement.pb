META
key;value
description;Budget participatif de Hautecombe
country;France
unit;Hautecombe
instance;2026
num_projects;4
num_votes;14
budget;45000
vote_type;ordinal
rule;greedy
min_length;3
max_length;3
language;fr
currency;EUR
PROJECTS
project_id;cost;votes;score;name
P1;22000;10;23;Cinéma en plein air
P2;18000;11;26;Piste d’athlétisme
P3;26000;12;22;Maison du vélo
P4;9000;9;13;Ruches
VOTES
voter_id;vote
1;P1,P2,P3
2;P1,P2,P3
3;P1,P2,P3
4;P1,P2,P3
5;P1,P2,P3
6;P2,P3,P4
7;P2,P3,P4
8;P2,P3,P4
9;P2,P3,P4
10;P3,P1,P4
11;P3,P1,P4
12;P3,P1,P4
13;P4,P2,P1
14;P4,P2,P1
