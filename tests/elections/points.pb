META
key;value
description;Budget participatif de Bellerive
country;France
unit;Bellerive
instance;2026
num_projects;4
num_votes;24
budget;80000
vote_type;cumulative
rule;greedy
max_sum_points;7
language;fr
currency;EUR
PROJECTS
project_id;cost;votes;score;name
A;40000;12;42;Cour oasis
B;35000;9;30;Passerelle du moulin
C;20000;9;33;Four à pain
D;15000;9;45;Fontaines à eau
VOTES
voter_id;vote;points
1;A,B;4,3
2;A;7
3;B,C;5,2
4;C,D;3,3
5;D;7
6;A,C;1,6
7;B;2
8;D,A;5,2
9;A,B;4,3
10;A;7
11;B,C;5,2
12;C,D;3,3
13;D;7
14;A,C;1,6
15;B;2
16;D,A;5,2
17;A,B;4,3
18;A;7
19;B,C;5,2
20;C,D;3,3
21;D;7
22;A,C;1,6
23;B;2
24;D,A;5,2
