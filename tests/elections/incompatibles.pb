META
key;value
description;Budget participatif de Mirecourbe
country;France
unit;Mirecourbe
instance;2026
num_projects;3
num_votes;21
budget;60000
vote_type;approval
rule;greedy-exclusive
comment;#1: Les projets 21 et 22 visent le même square.
language;fr
currency;EUR
PROJECTS
project_id;cost;votes;name;category;selected
21;30000;13;Kiosque du square Péri;culture;1
22;20000;14;Skatepark du square Péri;sport;0
23;15000;8;Composteurs;nature;1
VOTES
voter_id;vote
1;21,22
2;21,22
3;21,22
4;21,22
5;21,22
6;21,22
7;21,22
8;21,22
9;22,23
10;22,23
11;22,23
12;22,23
13;22,23
14;22,23
15;21
16;21
17;21
18;21
19;21
20;23
21;23
