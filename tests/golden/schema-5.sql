PRAGMA user_version=5;
BEGIN TRANSACTION;
CREATE TABLE account (
	id VARCHAR NOT NULL, 
	email VARCHAR NOT NULL, 
	name VARCHAR NOT NULL, 
	role VARCHAR NOT NULL, 
	password VARCHAR, 
	timezone VARCHAR NOT NULL, 
	theme VARCHAR NOT NULL, 
	instructions VARCHAR NOT NULL, 
	model_id VARCHAR, 
	created_at INTEGER NOT NULL, 
	seen_at INTEGER, 
	deactivated_at INTEGER, 
	PRIMARY KEY (id), 
	UNIQUE (email)
);
INSERT INTO "account" VALUES('038fz5wtb9jv7fh4a5gqt7dv49wbb','ada@example.org','Ada','admin','$argon2id$v=19$m=19456,t=2,p=1$m1s/3eabsDE2o4R3RspcGA$5quR6IbT6T4et2PP9NobY8gLJynOB8mGIfLwefRSuNg','','','',NULL,1795282646196426,1795282647395468,NULL);
INSERT INTO "account" VALUES('038fz5wtg2h8z3vdxr9860bwj7t2g','bob@example.org','Bob','member','$argon2id$v=19$m=19456,t=2,p=1$6Ypi3KUqpS+WzoSp1xmuLQ$kQnKWMaVPSjBia5jV06xjbU1mljv8rrcaNvoyMi2BDw','','','',NULL,1795282646273212,NULL,NULL);
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0005');
CREATE TABLE alias (
	id VARCHAR NOT NULL, 
	name VARCHAR NOT NULL, 
	strategy VARCHAR NOT NULL, 
	enabled BOOLEAN NOT NULL, 
	created_at INTEGER NOT NULL, 
	PRIMARY KEY (id), 
	UNIQUE (name)
);
CREATE TABLE aliastarget (
	alias_id VARCHAR NOT NULL, 
	model_id VARCHAR NOT NULL, 
	position INTEGER NOT NULL, 
	weight INTEGER NOT NULL, 
	PRIMARY KEY (alias_id, model_id), 
	FOREIGN KEY(alias_id) REFERENCES alias (id), 
	FOREIGN KEY(model_id) REFERENCES model (id)
);
CREATE TABLE apikey (
	id VARCHAR NOT NULL, 
	user_id VARCHAR NOT NULL, 
	name VARCHAR NOT NULL, 
	digest VARCHAR NOT NULL, 
	prefix VARCHAR NOT NULL, 
	scopes VARCHAR NOT NULL, 
	models VARCHAR NOT NULL, 
	addresses VARCHAR NOT NULL, 
	cache_seconds INTEGER NOT NULL, 
	created_at INTEGER NOT NULL, 
	expires_at INTEGER, 
	ends_at INTEGER, 
	revoked_at INTEGER, 
	replaced_by VARCHAR, 
	last_at INTEGER, 
	last_address VARCHAR NOT NULL, 
	last_what VARCHAR NOT NULL, 
	PRIMARY KEY (id), 
	FOREIGN KEY(user_id) REFERENCES account (id), 
	UNIQUE (digest)
);
CREATE TABLE attachment (
	holder_kind VARCHAR NOT NULL, 
	holder_id VARCHAR NOT NULL, 
	kind VARCHAR NOT NULL, 
	target_id VARCHAR NOT NULL, 
	name VARCHAR NOT NULL, 
	position INTEGER NOT NULL, 
	added_at INTEGER NOT NULL, 
	PRIMARY KEY (holder_kind, holder_id, kind, target_id)
);
INSERT INTO "attachment" VALUES('project','038fz5wwwrqrmfme6q3c22yk8836e','file','038fz5wwwets21e3s5yamp79vvkj1','tea.csv',0,1795282647501677);
CREATE TABLE audit (
	id INTEGER NOT NULL, 
	at INTEGER NOT NULL, 
	user_id VARCHAR NOT NULL, 
	door VARCHAR NOT NULL, 
	address VARCHAR NOT NULL, 
	request_id VARCHAR NOT NULL, 
	verb VARCHAR NOT NULL, 
	object_id VARCHAR NOT NULL, 
	note VARCHAR NOT NULL, 
	PRIMARY KEY (id)
);
INSERT INTO "audit" VALUES(1,1795282646201678,'','cli','','','accounts.add','038fz5wtb9jv7fh4a5gqt7dv49wbb','admin');
INSERT INTO "audit" VALUES(2,1795282646278115,'','cli','','','accounts.add','038fz5wtg2h8z3vdxr9860bwj7t2g','member');
INSERT INTO "audit" VALUES(3,1795282646279823,'','cli','','','settings.change','','workspace');
INSERT INTO "audit" VALUES(4,1795282646422451,'038fz5wtb9jv7fh4a5gqt7dv49wbb','page','','','groups.create','038fz5wtgqnpfch17qq0rm3xp8psk','');
INSERT INTO "audit" VALUES(5,1795282646436312,'038fz5wtb9jv7fh4a5gqt7dv49wbb','page','','','groups.join','038fz5wtgqnpfch17qq0rm3xp8psk','038fz5wtg2h8z3vdxr9860bwj7t2g');
INSERT INTO "audit" VALUES(6,1795282646439024,'038fz5wtb9jv7fh4a5gqt7dv49wbb','page','','','spaces.create','038fz5wttcwxmpj8hzqjcmjs6fm51','');
INSERT INTO "audit" VALUES(7,1795282646445646,'038fz5wtb9jv7fh4a5gqt7dv49wbb','page','','','spaces.welcome','038fz5wttcwxmpj8hzqjcmjs6fm51','038fz5wtg2h8z3vdxr9860bwj7t2g writer');
INSERT INTO "audit" VALUES(8,1795282646456610,'','cli','','','providers.add','038fz5wtvfs0qmxx7gaeygn13e1rb','golden http://127.0.0.1:37313/v1');
INSERT INTO "audit" VALUES(9,1795282646473283,'','cli','','','models.add','038fz5wtwf9cf6xfgtt464bpyakxp','words-20');
INSERT INTO "audit" VALUES(10,1795282646552371,'038fz5wtb9jv7fh4a5gqt7dv49wbb','page','127.0.0.1','0sn87tk8e5t5','accounts.sign_in','038fz5wv1c62j37405mv5wcjwnxwz','A Python program');
INSERT INTO "audit" VALUES(11,1795282646625572,'038fz5wtb9jv7fh4a5gqt7dv49wbb','page','127.0.0.1','6384928g5hec','chats.create','038fz5wv4wy2ahc6nwcnc60n7vhf0','');
INSERT INTO "audit" VALUES(12,1795282647290470,'038fz5wtb9jv7fh4a5gqt7dv49wbb','page','','','chats.rename','038fz5wv4wy2ahc6nwcnc60n7vhf0','');
INSERT INTO "audit" VALUES(13,1795282647296904,'038fz5wtb9jv7fh4a5gqt7dv49wbb','page','127.0.0.1','9sfbxdpf1c7t','chats.create','038fz5wwfvtjjsf62aq70rw3299be','');
INSERT INTO "audit" VALUES(14,1795282647354825,'038fz5wtb9jv7fh4a5gqt7dv49wbb','page','','','chats.rename','038fz5wwfvtjjsf62aq70rw3299be','');
INSERT INTO "audit" VALUES(15,1795282647360849,'038fz5wtb9jv7fh4a5gqt7dv49wbb','page','127.0.0.1','rz9wy16gdynw','chats.create','038fz5wwkv0crsedr2knbqdx1ptgy','');
INSERT INTO "audit" VALUES(16,1795282647418492,'038fz5wtb9jv7fh4a5gqt7dv49wbb','page','','','chats.rename','038fz5wwkv0crsedr2knbqdx1ptgy','');
INSERT INTO "audit" VALUES(17,1795282647419541,'038fz5wtb9jv7fh4a5gqt7dv49wbb','page','','','chats.delete','038fz5wwkv0crsedr2knbqdx1ptgy','');
INSERT INTO "audit" VALUES(18,1795282647475525,'038fz5wtb9jv7fh4a5gqt7dv49wbb','page','','','pastes.create','038fz5wwqp6g5ktnxh21dckq3w2cf','');
INSERT INTO "audit" VALUES(19,1795282647489569,'038fz5wtb9jv7fh4a5gqt7dv49wbb','page','','','pastes.revise','038fz5wwqp6g5ktnxh21dckq3w2cf','2');
INSERT INTO "audit" VALUES(20,1795282647492165,'038fz5wtb9jv7fh4a5gqt7dv49wbb','page','','','pastes.share','038fz5wwqp6g5ktnxh21dckq3w2cf','link reader');
INSERT INTO "audit" VALUES(21,1795282647493027,'038fz5wtb9jv7fh4a5gqt7dv49wbb','page','','','pastes.create','038fz5www8hce3j8z95snf4yabdnd','');
INSERT INTO "audit" VALUES(22,1795282647493474,'038fz5wtb9jv7fh4a5gqt7dv49wbb','page','','','pastes.trash','038fz5www8hce3j8z95snf4yabdnd','');
INSERT INTO "audit" VALUES(23,1795282647493951,'038fz5wtb9jv7fh4a5gqt7dv49wbb','page','','','folders.create','038fz5wwwbsw0pdgbbeytk8shhx41','');
INSERT INTO "audit" VALUES(24,1795282647496083,'038fz5wtb9jv7fh4a5gqt7dv49wbb','page','','','files.create','038fz5wwwets21e3s5yamp79vvkj1','');
INSERT INTO "audit" VALUES(25,1795282647496978,'038fz5wtb9jv7fh4a5gqt7dv49wbb','page','','','files.revise','038fz5wwwets21e3s5yamp79vvkj1','2');
INSERT INTO "audit" VALUES(26,1795282647497985,'038fz5wtb9jv7fh4a5gqt7dv49wbb','page','','','files.share','038fz5wwwets21e3s5yamp79vvkj1','link reader');
INSERT INTO "audit" VALUES(27,1795282647498789,'038fz5wtb9jv7fh4a5gqt7dv49wbb','page','','','prompts.create','038fz5wwwn2f6hpsk81f30dznv0ay','');
INSERT INTO "audit" VALUES(28,1795282647499894,'038fz5wtb9jv7fh4a5gqt7dv49wbb','page','','','presets.create','038fz5wwwpjsp6xfvxne3kdnr4twk','');
INSERT INTO "audit" VALUES(29,1795282647501349,'038fz5wtb9jv7fh4a5gqt7dv49wbb','page','','','projects.create','038fz5wwwrqrmfme6q3c22yk8836e','');
INSERT INTO "audit" VALUES(30,1795282647503445,'038fz5wtb9jv7fh4a5gqt7dv49wbb','page','','','projects.attach','038fz5wwwrqrmfme6q3c22yk8836e','file 038fz5wwwets21e3s5yamp79vvkj1');
INSERT INTO "audit" VALUES(31,1795282647504632,'038fz5wtb9jv7fh4a5gqt7dv49wbb','page','','','chats.move','038fz5wv4wy2ahc6nwcnc60n7vhf0','');
CREATE TABLE backup (
	id VARCHAR NOT NULL, 
	kind VARCHAR NOT NULL, 
	started_at INTEGER NOT NULL, 
	ended_at INTEGER, 
	ok BOOLEAN, 
	moment INTEGER, 
	size INTEGER NOT NULL, 
	path VARCHAR NOT NULL, 
	note VARCHAR NOT NULL, 
	PRIMARY KEY (id)
);
CREATE TABLE blob (
	hash VARCHAR NOT NULL, 
	size INTEGER NOT NULL, 
	created_at INTEGER NOT NULL, 
	copied_at INTEGER, 
	released_at INTEGER, 
	missing_at INTEGER, moved_at INTEGER, 
	PRIMARY KEY (hash)
);
CREATE TABLE blobuse (
	hash VARCHAR NOT NULL, 
	kind VARCHAR NOT NULL, 
	target_id VARCHAR NOT NULL, 
	PRIMARY KEY (hash, kind, target_id), 
	FOREIGN KEY(hash) REFERENCES blob (hash)
);
CREATE TABLE budget (
	id VARCHAR NOT NULL, 
	kind VARCHAR NOT NULL, 
	target_id VARCHAR NOT NULL, 
	period VARCHAR NOT NULL, 
	unit VARCHAR NOT NULL, 
	amount INTEGER NOT NULL, 
	created_at INTEGER NOT NULL, 
	told INTEGER NOT NULL, 
	told_at INTEGER NOT NULL, 
	PRIMARY KEY (id)
);
CREATE TABLE change (
	seq INTEGER NOT NULL, 
	kind VARCHAR NOT NULL, 
	target_id VARCHAR NOT NULL, 
	revision INTEGER NOT NULL, 
	what VARCHAR NOT NULL, 
	at INTEGER NOT NULL, 
	PRIMARY KEY (seq)
);
INSERT INTO "change" VALUES(1,'paste','038fz5wwqp6g5ktnxh21dckq3w2cf',1,'created',1795282647475305);
INSERT INTO "change" VALUES(2,'paste','038fz5wwqp6g5ktnxh21dckq3w2cf',2,'revised',1795282647489467);
INSERT INTO "change" VALUES(3,'paste','038fz5wwqp6g5ktnxh21dckq3w2cf',2,'rights',1795282647492074);
INSERT INTO "change" VALUES(4,'paste','038fz5www8hce3j8z95snf4yabdnd',1,'created',1795282647492968);
INSERT INTO "change" VALUES(5,'paste','038fz5www8hce3j8z95snf4yabdnd',1,'trashed',1795282647493407);
INSERT INTO "change" VALUES(6,'file','038fz5wwwets21e3s5yamp79vvkj1',1,'created',1795282647496019);
INSERT INTO "change" VALUES(7,'file','038fz5wwwets21e3s5yamp79vvkj1',2,'revised',1795282647496919);
INSERT INTO "change" VALUES(8,'file','038fz5wwwets21e3s5yamp79vvkj1',2,'rights',1795282647497911);
INSERT INTO "change" VALUES(9,'prompt','038fz5wwwn2f6hpsk81f30dznv0ay',1,'created',1795282647498684);
INSERT INTO "change" VALUES(10,'preset','038fz5wwwpjsp6xfvxne3kdnr4twk',1,'created',1795282647499836);
CREATE TABLE chat (
	id VARCHAR NOT NULL, 
	user_id VARCHAR NOT NULL, 
	title VARCHAR NOT NULL, 
	title_by VARCHAR NOT NULL, 
	leaf_id VARCHAR, 
	model_id VARCHAR, 
	system VARCHAR NOT NULL, 
	temperature FLOAT, 
	top_p FLOAT, 
	max_tokens INTEGER, 
	effort VARCHAR NOT NULL, 
	created_at INTEGER NOT NULL, 
	changed_at INTEGER NOT NULL, 
	pinned_at INTEGER, 
	archived_at INTEGER, 
	deleted_at INTEGER, verbs VARCHAR DEFAULT '' NOT NULL, project_id VARCHAR DEFAULT '' NOT NULL, preset_id VARCHAR DEFAULT '' NOT NULL, source VARCHAR DEFAULT '' NOT NULL, 
	PRIMARY KEY (id), 
	FOREIGN KEY(user_id) REFERENCES account (id)
);
INSERT INTO "chat" VALUES('038fz5wv4wy2ahc6nwcnc60n7vhf0','038fz5wtb9jv7fh4a5gqt7dv49wbb','Golden 0','person','038fz5wv5ra729z95vzk5gk1f77q2','038fz5wtwf9cf6xfgtt464bpyakxp','',NULL,NULL,NULL,'',1795282646606625,1795282647230094,NULL,NULL,NULL,'','038fz5wwwrqrmfme6q3c22yk8836e','','');
INSERT INTO "chat" VALUES('038fz5wwfvtjjsf62aq70rw3299be','038fz5wtb9jv7fh4a5gqt7dv49wbb','Golden 1','person','038fz5wwfz8apnbtp4qyk329th6ns','038fz5wtwf9cf6xfgtt464bpyakxp','',NULL,NULL,NULL,'',1795282647293036,1795282647313587,NULL,NULL,NULL,'','','','');
INSERT INTO "chat" VALUES('038fz5wwkv0crsedr2knbqdx1ptgy','038fz5wtb9jv7fh4a5gqt7dv49wbb','Golden 2','person','038fz5wwm1mvhwymqwj3xdy9sxmb3','038fz5wtwf9cf6xfgtt464bpyakxp','',NULL,NULL,NULL,'',1795282647357131,1795282647383353,NULL,NULL,1795282647418666,'','','','');
CREATE TABLE draft (
	user_id VARCHAR NOT NULL, 
	chat_id VARCHAR NOT NULL, 
	text VARCHAR NOT NULL, 
	changed_at INTEGER NOT NULL, 
	PRIMARY KEY (user_id, chat_id), 
	FOREIGN KEY(user_id) REFERENCES account (id)
);
CREATE TABLE extract (
	hash VARCHAR NOT NULL, 
	version INTEGER NOT NULL, 
	state VARCHAR NOT NULL, 
	pages INTEGER NOT NULL, 
	characters INTEGER NOT NULL, 
	words VARCHAR NOT NULL, 
	width INTEGER NOT NULL, 
	height INTEGER NOT NULL, 
	at INTEGER NOT NULL, 
	PRIMARY KEY (hash)
);
CREATE TABLE extractpage (
	hash VARCHAR NOT NULL, 
	n INTEGER NOT NULL, 
	label VARCHAR NOT NULL, 
	text VARCHAR NOT NULL, 
	PRIMARY KEY (hash, n)
);
CREATE TABLE folder (
	id VARCHAR NOT NULL, 
	owner_id VARCHAR NOT NULL, 
	space_id VARCHAR NOT NULL, 
	parent_id VARCHAR NOT NULL, 
	name VARCHAR NOT NULL, 
	created_at INTEGER NOT NULL, 
	changed_at INTEGER NOT NULL, 
	trashed_at INTEGER, 
	trashed_by VARCHAR NOT NULL, 
	PRIMARY KEY (id), 
	FOREIGN KEY(owner_id) REFERENCES account (id)
);
INSERT INTO "folder" VALUES('038fz5wwwbsw0pdgbbeytk8shhx41','038fz5wtb9jv7fh4a5gqt7dv49wbb','','','Golden folder',1795282647493702,1795282647493702,NULL,'');
CREATE TABLE groupmember (
	group_id VARCHAR NOT NULL, 
	user_id VARCHAR NOT NULL, 
	PRIMARY KEY (group_id, user_id), 
	FOREIGN KEY(group_id) REFERENCES people_group (id), 
	FOREIGN KEY(user_id) REFERENCES account (id)
);
INSERT INTO "groupmember" VALUES('038fz5wtgqnpfch17qq0rm3xp8psk','038fz5wtg2h8z3vdxr9860bwj7t2g');
CREATE TABLE item (
	id VARCHAR NOT NULL, 
	kind VARCHAR NOT NULL, 
	owner_id VARCHAR, 
	space_id VARCHAR NOT NULL, 
	parent_id VARCHAR, 
	title VARCHAR NOT NULL, 
	visibility VARCHAR NOT NULL, 
	current INTEGER NOT NULL, 
	size INTEGER NOT NULL, 
	password VARCHAR NOT NULL, 
	burns BOOLEAN NOT NULL, 
	sealed BOOLEAN NOT NULL, 
	expires_at INTEGER, 
	max_views INTEGER, 
	views INTEGER NOT NULL, 
	edit_digest VARCHAR NOT NULL, 
	delete_digest VARCHAR NOT NULL, 
	address VARCHAR NOT NULL, 
	created_at INTEGER NOT NULL, 
	changed_at INTEGER NOT NULL, 
	trashed_at INTEGER, 
	trashed_by VARCHAR NOT NULL, folder_id VARCHAR DEFAULT '' NOT NULL, 
	PRIMARY KEY (id), 
	FOREIGN KEY(owner_id) REFERENCES account (id)
);
INSERT INTO "item" VALUES('038fz5wwqp6g5ktnxh21dckq3w2cf','paste','038fz5wtb9jv7fh4a5gqt7dv49wbb','',NULL,'Golden tea','private',2,34,'',0,0,NULL,NULL,0,'','','',1795282647419806,1795282647489260,NULL,'','');
INSERT INTO "item" VALUES('038fz5www8hce3j8z95snf4yabdnd','paste','038fz5wtb9jv7fh4a5gqt7dv49wbb','',NULL,'Golden dust','private',1,13,'',0,0,1795887447492449,NULL,0,'','','',1795282647492422,1795282647492830,1795282647493264,'038fz5wtb9jv7fh4a5gqt7dv49wbb','');
INSERT INTO "item" VALUES('038fz5wwwets21e3s5yamp79vvkj1','file','038fz5wtb9jv7fh4a5gqt7dv49wbb','',NULL,'tea.csv','private',2,34,'',0,0,NULL,NULL,0,'','','',1795282647495578,1795282647496797,NULL,'','038fz5wwwbsw0pdgbbeytk8shhx41');
INSERT INTO "item" VALUES('038fz5wwwn2f6hpsk81f30dznv0ay','prompt','038fz5wtb9jv7fh4a5gqt7dv49wbb','',NULL,'tea','private',1,38,'',0,0,NULL,NULL,0,'','','',1795282647498326,1795282647498559,NULL,'','');
INSERT INTO "item" VALUES('038fz5wwwpjsp6xfvxne3kdnr4twk','preset','038fz5wtb9jv7fh4a5gqt7dv49wbb','',NULL,'Golden preset','private',1,174,'',0,0,NULL,NULL,0,'','','',1795282647499505,1795282647499699,NULL,'','');
CREATE TABLE itempart (
	item_id VARCHAR NOT NULL, 
	number INTEGER NOT NULL, 
	position INTEGER NOT NULL, 
	name VARCHAR NOT NULL, 
	syntax VARCHAR NOT NULL, 
	type VARCHAR NOT NULL, 
	size INTEGER NOT NULL, 
	lines INTEGER NOT NULL, 
	hash VARCHAR NOT NULL, 
	text VARCHAR, 
	PRIMARY KEY (item_id, number, position)
);
INSERT INTO "itempart" VALUES('038fz5wwqp6g5ktnxh21dckq3w2cf',1,0,'tea.py','python','text/plain',13,1,'ff0b730410da9b2c64f23e9f29e2751176a4fd9fbce129d850dd41a5cbb99ead','print(''tea'')
');
INSERT INTO "itempart" VALUES('038fz5wwqp6g5ktnxh21dckq3w2cf',2,0,'tea.py','python','text/plain',13,1,'ff0b730410da9b2c64f23e9f29e2751176a4fd9fbce129d850dd41a5cbb99ead','print(''tea'')
');
INSERT INTO "itempart" VALUES('038fz5wwqp6g5ktnxh21dckq3w2cf',2,1,'notes.md','markdown','text/plain',8,1,'365d0b84ae63c2afc293dedd2b00bdf0dc8d6ef70c9297d90f9e5682ab0d72ee','# Notes
');
INSERT INTO "itempart" VALUES('038fz5www8hce3j8z95snf4yabdnd',1,0,'tea.py','python','text/plain',13,1,'ff0b730410da9b2c64f23e9f29e2751176a4fd9fbce129d850dd41a5cbb99ead','print(''tea'')
');
INSERT INTO "itempart" VALUES('038fz5wwwets21e3s5yamp79vvkj1',1,0,'tea.csv','csv','text/csv',17,2,'575fd3b291438a77fdf43d78dd56f9c363a06f5a9c8e40c4ee0fab6cd81c7e82','tea,cups
assam,3
');
INSERT INTO "itempart" VALUES('038fz5wwwets21e3s5yamp79vvkj1',2,0,'tea.csv','csv','text/csv',17,2,'009e2e4952adaa7492af3419b52a57028cf8556c44716365eeffe0145bbee005','tea,cups
assam,4
');
INSERT INTO "itempart" VALUES('038fz5wwwn2f6hpsk81f30dznv0ay',1,0,'prompt.md','markdown','text/plain',38,1,'0b334892b476446d417ff7a2eb0e2c7cf5e612aa246345ebd229c398e293ccef','Tell me of {{kind=assam}} in one line.');
INSERT INTO "itempart" VALUES('038fz5wwwpjsp6xfvxne3kdnr4twk',1,0,'preset.json','json','text/plain',165,11,'4f4cd7f773449d3b8c9f90ec86e7c3ebfcaa059577e4288423c58a6f975e934d','{
  "about": "",
  "model": "",
  "model_name": "",
  "temperature": 0.5,
  "top_p": null,
  "max_tokens": null,
  "effort": "",
  "verbs": [],
  "attachments": []
}');
INSERT INTO "itempart" VALUES('038fz5wwwpjsp6xfvxne3kdnr4twk',1,1,'instructions.md','markdown','text/plain',9,1,'213c22ed7234eb11116e1e88f314c73cb3a019b5c87fe224b6ce5665bd9ec50e','Be brief.');
CREATE TABLE job (
	id VARCHAR NOT NULL, 
	name VARCHAR NOT NULL, 
	payload VARCHAR NOT NULL, 
	caller VARCHAR NOT NULL, 
	state VARCHAR NOT NULL, 
	priority INTEGER NOT NULL, 
	run_at INTEGER NOT NULL, 
	attempts INTEGER NOT NULL, 
	boot VARCHAR, 
	error VARCHAR, 
	created_at INTEGER NOT NULL, 
	finished_at INTEGER, seq INTEGER DEFAULT '0' NOT NULL, max_attempts INTEGER DEFAULT '5' NOT NULL, expires_at INTEGER, "key" VARCHAR, progress INTEGER DEFAULT '0' NOT NULL, said VARCHAR DEFAULT '' NOT NULL, result VARCHAR, started_at INTEGER, cancelled_at INTEGER, 
	PRIMARY KEY (id)
);
INSERT INTO "job" VALUES('038fz5wwbxvst6v265jaf9h0te4qh','chats.title','["038fz5wv4wy2ahc6nwcnc60n7vhf0","038fz5wv5ra729z95vzk5gk1f77q2"]','{"id":"038fz5wtb9jv7fh4a5gqt7dv49wbb","name":"Ada","role":"admin","timezone":"","door":"page"}','done',0,0,1,NULL,NULL,1795282647230005,1795282647242157,1,5,NULL,NULL,100,'',NULL,1795282647230794,NULL);
INSERT INTO "job" VALUES('038fz5wwh357csc5jjw6sr3tqs5ds','chats.title','["038fz5wwfvtjjsf62aq70rw3299be","038fz5wwfz8apnbtp4qyk329th6ns"]','{"id":"038fz5wtb9jv7fh4a5gqt7dv49wbb","name":"Ada","role":"admin","timezone":"","door":"page"}','done',0,0,1,NULL,NULL,1795282647313528,1795282647339192,2,5,NULL,NULL,100,'',NULL,1795282647314237,NULL);
INSERT INTO "job" VALUES('038fz5wwnf3g1hszehsf4211zqntv','chats.title','["038fz5wwkv0crsedr2knbqdx1ptgy","038fz5wwm1mvhwymqwj3xdy9sxmb3"]','{"id":"038fz5wtb9jv7fh4a5gqt7dv49wbb","name":"Ada","role":"admin","timezone":"","door":"page"}','done',0,0,1,NULL,NULL,1795282647383286,1795282647405408,3,5,NULL,NULL,100,'',NULL,1795282647383976,NULL);
INSERT INTO "job" VALUES('038fz5wwx3tmezv643dd3px8xtcd6','tests.someday','[1]','{"id":"038fz5wtb9jv7fh4a5gqt7dv49wbb","name":"","role":"admin","timezone":"","door":"page"}','queued',0,4611686018427387904,0,NULL,NULL,1795282647505029,NULL,4,5,NULL,NULL,0,'',NULL,NULL,NULL);
INSERT INTO "job" VALUES('038fz5wwx29shnw9a9g4dekwmf2d2','tests.broken','[]','{}','dead',0,4611686018427387904,5,NULL,'It broke.',1795282647505129,NULL,5,5,NULL,NULL,0,'',NULL,NULL,NULL);
CREATE TABLE membership (
	kind VARCHAR NOT NULL, 
	target_id VARCHAR NOT NULL, 
	user_id VARCHAR NOT NULL, 
	role VARCHAR NOT NULL, 
	created_at INTEGER NOT NULL, 
	created_by VARCHAR NOT NULL, 
	PRIMARY KEY (kind, target_id, user_id), 
	FOREIGN KEY(user_id) REFERENCES account (id)
);
INSERT INTO "membership" VALUES('space','038fz5wtbebvdb9engfexj13jq712','038fz5wtb9jv7fh4a5gqt7dv49wbb','manager',1795282646199681,'038fz5wtb9jv7fh4a5gqt7dv49wbb');
INSERT INTO "membership" VALUES('space','038fz5wtgbzt4nyyz8erykebs4fjt','038fz5wtg2h8z3vdxr9860bwj7t2g','manager',1795282646277226,'038fz5wtg2h8z3vdxr9860bwj7t2g');
INSERT INTO "membership" VALUES('space','038fz5wttcwxmpj8hzqjcmjs6fm51','038fz5wtb9jv7fh4a5gqt7dv49wbb','manager',1795282646438166,'038fz5wtb9jv7fh4a5gqt7dv49wbb');
INSERT INTO "membership" VALUES('space','038fz5wttcwxmpj8hzqjcmjs6fm51','038fz5wtg2h8z3vdxr9860bwj7t2g','writer',1795282646445279,'038fz5wtb9jv7fh4a5gqt7dv49wbb');
CREATE TABLE message (
	id VARCHAR NOT NULL, 
	chat_id VARCHAR NOT NULL, 
	parent_id VARCHAR, 
	sequence INTEGER NOT NULL, 
	role VARCHAR NOT NULL, 
	state VARCHAR NOT NULL, 
	boot VARCHAR NOT NULL, 
	send_key VARCHAR, 
	model_id VARCHAR, 
	model VARCHAR NOT NULL, 
	html VARCHAR NOT NULL, 
	error_kind VARCHAR NOT NULL, 
	error VARCHAR NOT NULL, 
	left_out INTEGER NOT NULL, 
	usage_id VARCHAR NOT NULL, 
	finish VARCHAR NOT NULL, 
	created_at INTEGER NOT NULL, 
	started_at INTEGER, 
	first_at INTEGER, 
	finished_at INTEGER, 
	tokens_in INTEGER, 
	tokens_out INTEGER, 
	cost INTEGER, comparison VARCHAR DEFAULT '' NOT NULL, 
	PRIMARY KEY (id), 
	FOREIGN KEY(chat_id) REFERENCES chat (id)
);
INSERT INTO "message" VALUES('038fz5wv5dhknvwb0rmn0bjj20we8','038fz5wv4wy2ahc6nwcnc60n7vhf0',NULL,0,'user','done','','038fz5wtb9jv7fh4a5gqt7dv49wbb:038fz5wv4mb4328s8nkj1fap8gdyc',NULL,'','<p>Where does the river bend?</p>
','','',0,'','',1795282646615664,NULL,NULL,NULL,NULL,NULL,NULL,'');
INSERT INTO "message" VALUES('038fz5wv5ra729z95vzk5gk1f77q2','038fz5wv4wy2ahc6nwcnc60n7vhf0','038fz5wv5dhknvwb0rmn0bjj20we8',0,'assistant','done','038fz5wr61kb9ds43p8181yb4pgm1',NULL,'038fz5wtwf9cf6xfgtt464bpyakxp','words-20','<p>word0 word1 word2 word3 word4 word5 word6 word7 word8 word9 word10 word11 word12 word13 word14 word15 word16 word17 word18 word19</p>
','','',0,'038fz5wvyq4r0f2gx1fxwya698km9','stop',1795282646624560,1795282646628124,1795282647227048,1795282647229360,19,20,NULL,'');
INSERT INTO "message" VALUES('038fz5wwfx3x1av97ttzzxzvfaeb4','038fz5wwfvtjjsf62aq70rw3299be',NULL,0,'user','done','','038fz5wtb9jv7fh4a5gqt7dv49wbb:038fz5wwfm4vf85j4swcvjy912tx0',NULL,'','<p>Ünïcode 漢字 👩‍👩‍👧</p>
','','',0,'','',1795282647295294,NULL,NULL,NULL,NULL,NULL,NULL,'');
INSERT INTO "message" VALUES('038fz5wwfz8apnbtp4qyk329th6ns','038fz5wwfvtjjsf62aq70rw3299be','038fz5wwfx3x1av97ttzzxzvfaeb4',0,'assistant','done','038fz5wr61kb9ds43p8181yb4pgm1',NULL,'038fz5wtwf9cf6xfgtt464bpyakxp','words-20','<p>word0 word1 word2 word3 word4 word5 word6 word7 word8 word9 word10 word11 word12 word13 word14 word15 word16 word17 word18 word19</p>
','','',0,'038fz5wwgea6azrfytb3czw1pqf16','stop',1795282647296268,1795282647297266,1795282647311708,1795282647313148,37,20,NULL,'');
INSERT INTO "message" VALUES('038fz5wwkwd6nvcncshhpmvxncrs5','038fz5wwkv0crsedr2knbqdx1ptgy',NULL,0,'user','done','','038fz5wtb9jv7fh4a5gqt7dv49wbb:038fz5wwkp7enybymyb9z81p15v0p',NULL,'','<p>To be deleted</p>
','','',0,'','',1795282647359326,NULL,NULL,NULL,NULL,NULL,NULL,'');
INSERT INTO "message" VALUES('038fz5wwm1mvhwymqwj3xdy9sxmb3','038fz5wwkv0crsedr2knbqdx1ptgy','038fz5wwkwd6nvcncshhpmvxncrs5',0,'assistant','done','038fz5wr61kb9ds43p8181yb4pgm1',NULL,'038fz5wtwf9cf6xfgtt464bpyakxp','words-20','<p>word0 word1 word2 word3 word4 word5 word6 word7 word8 word9 word10 word11 word12 word13 word14 word15 word16 word17 word18 word19</p>
','','',0,'038fz5wwmhx90pj9ezae52npqrsjn','stop',1795282647360310,1795282647361299,1795282647381276,1795282647382876,15,20,NULL,'');
CREATE TABLE model (
	id VARCHAR NOT NULL, 
	provider_id VARCHAR NOT NULL, 
	name VARCHAR NOT NULL, 
	title VARCHAR NOT NULL, 
	enabled BOOLEAN NOT NULL, 
	listed BOOLEAN NOT NULL, 
	reasons BOOLEAN NOT NULL, 
	context INTEGER, 
	output_limit INTEGER, 
	price_in INTEGER, 
	price_cached INTEGER, 
	price_out INTEGER, 
	bytes_per_token FLOAT NOT NULL, 
	created_at INTEGER NOT NULL, sees BOOLEAN, 
	PRIMARY KEY (id), 
	FOREIGN KEY(provider_id) REFERENCES provider (id)
);
INSERT INTO "model" VALUES('038fz5wtwf9cf6xfgtt464bpyakxp','038fz5wtvfs0qmxx7gaeygn13e1rb','words-20','',1,1,0,NULL,NULL,NULL,NULL,NULL,3.0,1795282646471876,NULL);
CREATE TABLE modelgroup (
	model_id VARCHAR NOT NULL, 
	group_id VARCHAR NOT NULL, 
	PRIMARY KEY (model_id, group_id), 
	FOREIGN KEY(group_id) REFERENCES people_group (id), 
	FOREIGN KEY(model_id) REFERENCES model (id)
);
CREATE TABLE oauthclient (
	id VARCHAR NOT NULL, 
	digest VARCHAR NOT NULL, 
	name VARCHAR NOT NULL, 
	about VARCHAR NOT NULL, 
	created_at INTEGER NOT NULL, 
	last_at INTEGER, 
	PRIMARY KEY (id)
);
CREATE TABLE oauthcode (
	digest VARCHAR NOT NULL, 
	client_id VARCHAR NOT NULL, 
	user_id VARCHAR NOT NULL, 
	scopes VARCHAR NOT NULL, 
	redirect_uri VARCHAR NOT NULL, 
	explicit BOOLEAN NOT NULL, 
	challenge VARCHAR NOT NULL, 
	resource VARCHAR NOT NULL, 
	expires_at INTEGER NOT NULL, 
	used_at INTEGER, 
	PRIMARY KEY (digest), 
	FOREIGN KEY(client_id) REFERENCES oauthclient (id), 
	FOREIGN KEY(user_id) REFERENCES account (id)
);
CREATE TABLE oauthtoken (
	digest VARCHAR NOT NULL, 
	family VARCHAR NOT NULL, 
	kind VARCHAR NOT NULL, 
	client_id VARCHAR NOT NULL, 
	user_id VARCHAR NOT NULL, 
	scopes VARCHAR NOT NULL, 
	resource VARCHAR NOT NULL, 
	created_at INTEGER NOT NULL, 
	expires_at INTEGER NOT NULL, 
	used_at INTEGER, 
	revoked_at INTEGER, 
	last_at INTEGER, 
	PRIMARY KEY (digest), 
	FOREIGN KEY(client_id) REFERENCES oauthclient (id), 
	FOREIGN KEY(user_id) REFERENCES account (id)
);
CREATE TABLE part (
	message_id VARCHAR NOT NULL, 
	n INTEGER NOT NULL, 
	kind VARCHAR NOT NULL, 
	text VARCHAR NOT NULL, 
	duration_us INTEGER, call_id VARCHAR DEFAULT '' NOT NULL, name VARCHAR DEFAULT '' NOT NULL, arguments VARCHAR DEFAULT '' NOT NULL, state VARCHAR DEFAULT '' NOT NULL, verb VARCHAR DEFAULT '' NOT NULL, started_at INTEGER, target_kind VARCHAR DEFAULT '' NOT NULL, target_id VARCHAR DEFAULT '' NOT NULL, revision INTEGER DEFAULT '0' NOT NULL, 
	PRIMARY KEY (message_id, n), 
	FOREIGN KEY(message_id) REFERENCES message (id)
);
INSERT INTO "part" VALUES('038fz5wv5dhknvwb0rmn0bjj20we8',0,'text','Where does the river bend?',NULL,'','','','','',NULL,'','',0);
INSERT INTO "part" VALUES('038fz5wv5ra729z95vzk5gk1f77q2',0,'text','word0 word1 word2 word3 word4 word5 word6 word7 word8 word9 word10 word11 word12 word13 word14 word15 word16 word17 word18 word19',2490,'','','','','',NULL,'','',0);
INSERT INTO "part" VALUES('038fz5wwfx3x1av97ttzzxzvfaeb4',0,'text','Ünïcode 漢字 👩‍👩‍👧',NULL,'','','','','',NULL,'','',0);
INSERT INTO "part" VALUES('038fz5wwfz8apnbtp4qyk329th6ns',0,'text','word0 word1 word2 word3 word4 word5 word6 word7 word8 word9 word10 word11 word12 word13 word14 word15 word16 word17 word18 word19',1561,'','','','','',NULL,'','',0);
INSERT INTO "part" VALUES('038fz5wwkwd6nvcncshhpmvxncrs5',0,'text','To be deleted',NULL,'','','','','',NULL,'','',0);
INSERT INTO "part" VALUES('038fz5wwm1mvhwymqwj3xdy9sxmb3',0,'text','word0 word1 word2 word3 word4 word5 word6 word7 word8 word9 word10 word11 word12 word13 word14 word15 word16 word17 word18 word19',1747,'','','','','',NULL,'','',0);
CREATE TABLE people_group (
	id VARCHAR NOT NULL, 
	name VARCHAR NOT NULL, 
	created_at INTEGER NOT NULL, 
	PRIMARY KEY (id), 
	UNIQUE (name)
);
INSERT INTO "people_group" VALUES('038fz5wtgqnpfch17qq0rm3xp8psk','Readers',1795282646283563);
CREATE TABLE piece (
	message_id VARCHAR NOT NULL, 
	n INTEGER NOT NULL, 
	kind VARCHAR NOT NULL, 
	text VARCHAR NOT NULL, 
	PRIMARY KEY (message_id, n), 
	FOREIGN KEY(message_id) REFERENCES message (id)
);
CREATE TABLE project (
	id VARCHAR NOT NULL, 
	user_id VARCHAR NOT NULL, 
	name VARCHAR NOT NULL, 
	instructions VARCHAR NOT NULL, 
	model_id VARCHAR, 
	created_at INTEGER NOT NULL, 
	changed_at INTEGER NOT NULL, 
	PRIMARY KEY (id), 
	FOREIGN KEY(user_id) REFERENCES account (id)
);
INSERT INTO "project" VALUES('038fz5wwwrqrmfme6q3c22yk8836e','038fz5wtb9jv7fh4a5gqt7dv49wbb','Golden project','Speak of tea.',NULL,1795282647500020,1795282647500020);
CREATE TABLE provider (
	id VARCHAR NOT NULL, 
	name VARCHAR NOT NULL, 
	kind VARCHAR NOT NULL, 
	url VARCHAR NOT NULL, 
	"key" BLOB, 
	enabled BOOLEAN NOT NULL, 
	created_at INTEGER NOT NULL, 
	checked_at INTEGER, 
	error VARCHAR NOT NULL, parallel INTEGER, speaks VARCHAR DEFAULT '' NOT NULL, 
	PRIMARY KEY (id), 
	UNIQUE (name)
);
INSERT INTO "provider" VALUES('038fz5wtvfs0qmxx7gaeygn13e1rb','golden','other','http://127.0.0.1:37313/v1',X'67414141414142724164625730356F76426B4A4670654F4B4C4C31367050466F77625373564554544A4377313030336F75384E5A48323374626D523753345562446A7A53333461657439766D314E3242694D375379765F75654D356D314D585871413D3D',1,1795282646455327,NULL,'',NULL,'');
CREATE TABLE rendering (
	hash VARCHAR NOT NULL, 
	syntax VARCHAR NOT NULL, 
	version INTEGER NOT NULL, 
	html VARCHAR NOT NULL, 
	used_at INTEGER NOT NULL, 
	PRIMARY KEY (hash, syntax, version)
);
INSERT INTO "rendering" VALUES('ff0b730410da9b2c64f23e9f29e2751176a4fd9fbce129d850dd41a5cbb99ead','python',1,'<span class="nb">print</span><span class="p">(</span><span class="s1">''tea''</span><span class="p">)</span>
',1795282647474495);
INSERT INTO "rendering" VALUES('365d0b84ae63c2afc293dedd2b00bdf0dc8d6ef70c9297d90f9e5682ab0d72ee','markdown',1,'<span class="gh"># Notes</span>
',1795282647488620);
CREATE TABLE replay (
	caller VARCHAR NOT NULL, 
	name VARCHAR NOT NULL, 
	verb VARCHAR NOT NULL, 
	digest VARCHAR NOT NULL, 
	status INTEGER NOT NULL, 
	body VARCHAR NOT NULL, 
	boot VARCHAR NOT NULL, 
	created_at INTEGER NOT NULL, 
	PRIMARY KEY (caller, name)
);
CREATE TABLE response (
	id VARCHAR NOT NULL, 
	user_id VARCHAR NOT NULL, 
	key_id VARCHAR NOT NULL, 
	previous_id VARCHAR, 
	model VARCHAR NOT NULL, 
	status VARCHAR NOT NULL, 
	input VARCHAR NOT NULL, 
	body VARCHAR NOT NULL, 
	created_at INTEGER NOT NULL, 
	PRIMARY KEY (id), 
	FOREIGN KEY(user_id) REFERENCES account (id)
);
CREATE TABLE revision (
	item_id VARCHAR NOT NULL, 
	number INTEGER NOT NULL, 
	title VARCHAR NOT NULL, 
	author_id VARCHAR NOT NULL, 
	key_id VARCHAR NOT NULL, 
	door VARCHAR NOT NULL, 
	base INTEGER NOT NULL, 
	restores INTEGER NOT NULL, 
	note VARCHAR NOT NULL, 
	size INTEGER NOT NULL, 
	created_at INTEGER NOT NULL, 
	PRIMARY KEY (item_id, number), 
	FOREIGN KEY(item_id) REFERENCES item (id)
);
INSERT INTO "revision" VALUES('038fz5wwqp6g5ktnxh21dckq3w2cf',1,'Golden tea','038fz5wtb9jv7fh4a5gqt7dv49wbb','','page',0,0,'',13,1795282647475044);
INSERT INTO "revision" VALUES('038fz5wwqp6g5ktnxh21dckq3w2cf',2,'Golden tea','038fz5wtb9jv7fh4a5gqt7dv49wbb','','page',1,0,'',21,1795282647489260);
INSERT INTO "revision" VALUES('038fz5www8hce3j8z95snf4yabdnd',1,'Golden dust','038fz5wtb9jv7fh4a5gqt7dv49wbb','','page',0,0,'',13,1795282647492830);
INSERT INTO "revision" VALUES('038fz5wwwets21e3s5yamp79vvkj1',1,'tea.csv','038fz5wtb9jv7fh4a5gqt7dv49wbb','','page',0,0,'',17,1795282647495881);
INSERT INTO "revision" VALUES('038fz5wwwets21e3s5yamp79vvkj1',2,'tea.csv','038fz5wtb9jv7fh4a5gqt7dv49wbb','','page',1,0,'',17,1795282647496797);
INSERT INTO "revision" VALUES('038fz5wwwn2f6hpsk81f30dznv0ay',1,'tea','038fz5wtb9jv7fh4a5gqt7dv49wbb','','page',0,0,'',38,1795282647498559);
INSERT INTO "revision" VALUES('038fz5wwwpjsp6xfvxne3kdnr4twk',1,'Golden preset','038fz5wtb9jv7fh4a5gqt7dv49wbb','','page',0,0,'',174,1795282647499699);
CREATE TABLE room (
	owner_id VARCHAR NOT NULL, 
	used INTEGER NOT NULL, 
	PRIMARY KEY (owner_id)
);
INSERT INTO "room" VALUES('038fz5wtb9jv7fh4a5gqt7dv49wbb',293);
CREATE TABLE round (
	name VARCHAR NOT NULL, 
	ran_at INTEGER NOT NULL, 
	took INTEGER NOT NULL, 
	error VARCHAR, 
	PRIMARY KEY (name)
);
CREATE TABLE session (
	token VARCHAR NOT NULL, 
	id VARCHAR NOT NULL, 
	user_id VARCHAR NOT NULL, 
	device VARCHAR NOT NULL, 
	address VARCHAR NOT NULL, 
	created_at INTEGER NOT NULL, 
	seen_at INTEGER NOT NULL, 
	stepped_up_at INTEGER NOT NULL, 
	expires_at INTEGER NOT NULL, 
	revoked_at INTEGER, 
	PRIMARY KEY (token), 
	FOREIGN KEY(user_id) REFERENCES account (id), 
	UNIQUE (id)
);
INSERT INTO "session" VALUES('0be1d0978e0dc744d0c55a008ed98655d0bfabc9043b56eb82827fb9656ed567','038fz5wv1c62j37405mv5wcjwnxwz','038fz5wtb9jv7fh4a5gqt7dv49wbb','A Python program','127.0.0.1',1795282646550597,1795282647395468,1795282646550597,1797874647395468,NULL);
CREATE TABLE setting (
	"key" VARCHAR NOT NULL, 
	value VARCHAR NOT NULL, 
	PRIMARY KEY ("key")
);
INSERT INTO "setting" VALUES('instance','"038fz5wrsn3pywa1qtvb5v8bb6xee"');
INSERT INTO "setting" VALUES('seal_check','"gAAAAABrAdbVBqtcXAgmGOp8XWroBtwlgxk7mmBI53Othbj3TTVBLlZCSQ6XGRW3P2drbc4VZNfMmXY5F9jk8n4CFWj5JeLSIA=="');
INSERT INTO "setting" VALUES('workspace','"The golden house"');
CREATE TABLE share (
	id VARCHAR NOT NULL, 
	kind VARCHAR NOT NULL, 
	target_id VARCHAR NOT NULL, 
	audience VARCHAR NOT NULL, 
	role VARCHAR NOT NULL, 
	user_id VARCHAR, 
	digest VARCHAR NOT NULL, 
	point VARCHAR NOT NULL, 
	password VARCHAR NOT NULL, 
	expires_at INTEGER, 
	max_uses INTEGER, 
	uses INTEGER NOT NULL, 
	created_at INTEGER NOT NULL, 
	created_by VARCHAR NOT NULL, 
	revoked_at INTEGER, 
	PRIMARY KEY (id), 
	FOREIGN KEY(user_id) REFERENCES account (id)
);
INSERT INTO "share" VALUES('038fz5www5weq9tya9mwfqrnrk5qn','paste','038fz5wwqp6g5ktnxh21dckq3w2cf','link','reader',NULL,'bd530ad045f82e70ca49ce59fd9ccb99c590f57748c56d475a8a84df7de14e09','','',NULL,NULL,0,1795282647490050,'038fz5wtb9jv7fh4a5gqt7dv49wbb',NULL);
INSERT INTO "share" VALUES('038fz5wwwjtq4qhdpr4v94gcxdc9t','file','038fz5wwwets21e3s5yamp79vvkj1','link','reader',NULL,'31acf5b5e1b886a082892509074833bd4838688f0295344be90ec60fbfc92b42','','',NULL,10,0,1795282647497270,'038fz5wtb9jv7fh4a5gqt7dv49wbb',NULL);
CREATE TABLE space (
	id VARCHAR NOT NULL, 
	kind VARCHAR NOT NULL, 
	name VARCHAR NOT NULL, 
	owner_id VARCHAR NOT NULL, 
	created_at INTEGER NOT NULL, 
	archived_at INTEGER, 
	PRIMARY KEY (id), 
	FOREIGN KEY(owner_id) REFERENCES account (id)
);
INSERT INTO "space" VALUES('038fz5wtbebvdb9engfexj13jq712','personal','Ada','038fz5wtb9jv7fh4a5gqt7dv49wbb',1795282646199681,NULL);
INSERT INTO "space" VALUES('038fz5wtgbzt4nyyz8erykebs4fjt','personal','Bob','038fz5wtg2h8z3vdxr9860bwj7t2g',1795282646277226,NULL);
INSERT INTO "space" VALUES('038fz5wttcwxmpj8hzqjcmjs6fm51','shared','The library','038fz5wtb9jv7fh4a5gqt7dv49wbb',1795282646438166,NULL);
CREATE TABLE star (
	user_id VARCHAR NOT NULL, 
	kind VARCHAR NOT NULL, 
	target_id VARCHAR NOT NULL, 
	created_at INTEGER NOT NULL, 
	PRIMARY KEY (user_id, kind, target_id), 
	FOREIGN KEY(user_id) REFERENCES account (id)
);
CREATE TABLE tag (
	kind VARCHAR NOT NULL, 
	target_id VARCHAR NOT NULL, 
	name VARCHAR NOT NULL, 
	PRIMARY KEY (kind, target_id, name)
);
INSERT INTO "tag" VALUES('paste','038fz5wwqp6g5ktnxh21dckq3w2cf','tea');
INSERT INTO "tag" VALUES('prompt','038fz5wwwn2f6hpsk81f30dznv0ay','tea');
CREATE TABLE ticket (
	token VARCHAR NOT NULL, 
	id VARCHAR NOT NULL, 
	kind VARCHAR NOT NULL, 
	user_id VARCHAR, 
	email VARCHAR NOT NULL, 
	role VARCHAR NOT NULL, 
	created_by VARCHAR NOT NULL, 
	created_at INTEGER NOT NULL, 
	expires_at INTEGER NOT NULL, 
	spent_at INTEGER, 
	PRIMARY KEY (token), 
	FOREIGN KEY(user_id) REFERENCES account (id), 
	UNIQUE (id)
);
CREATE TABLE upload (
	id VARCHAR NOT NULL, 
	user_id VARCHAR NOT NULL, 
	key_id VARCHAR NOT NULL, 
	door VARCHAR NOT NULL, 
	digest VARCHAR NOT NULL, 
	name VARCHAR NOT NULL, 
	length INTEGER, 
	folder_id VARCHAR NOT NULL, 
	space_id VARCHAR NOT NULL, 
	visibility VARCHAR NOT NULL, 
	file_id VARCHAR NOT NULL, 
	base INTEGER NOT NULL, 
	made_id VARCHAR NOT NULL, 
	created_at INTEGER NOT NULL, 
	expires_at INTEGER NOT NULL, 
	PRIMARY KEY (id), 
	FOREIGN KEY(user_id) REFERENCES account (id)
);
CREATE TABLE usage (
	id VARCHAR NOT NULL, 
	user_id VARCHAR NOT NULL, 
	door VARCHAR NOT NULL, 
	purpose VARCHAR NOT NULL, 
	chat_id VARCHAR NOT NULL, 
	message_id VARCHAR NOT NULL, 
	provider_id VARCHAR NOT NULL, 
	model_id VARCHAR NOT NULL, 
	model VARCHAR NOT NULL, 
	state VARCHAR NOT NULL, 
	boot VARCHAR NOT NULL, 
	tokens_in INTEGER, 
	tokens_cached INTEGER, 
	tokens_out INTEGER, 
	tokens_reasoning INTEGER, 
	cost INTEGER, 
	price_in INTEGER, 
	price_cached INTEGER, 
	price_out INTEGER, 
	started_at INTEGER NOT NULL, 
	settled_at INTEGER, 
	first_token_us INTEGER, 
	duration_us INTEGER, 
	status VARCHAR NOT NULL, key_id VARCHAR DEFAULT '' NOT NULL, alias VARCHAR DEFAULT '' NOT NULL, reserved INTEGER, reserved_tokens INTEGER, estimated BOOLEAN DEFAULT '0' NOT NULL, cache BOOLEAN DEFAULT '0' NOT NULL, fallbacks INTEGER DEFAULT '0' NOT NULL, 
	PRIMARY KEY (id)
);
INSERT INTO "usage" VALUES('038fz5wvyq4r0f2gx1fxwya698km9','038fz5wtb9jv7fh4a5gqt7dv49wbb','page','chat','038fz5wv4wy2ahc6nwcnc60n7vhf0','038fz5wv5ra729z95vzk5gk1f77q2','038fz5wtvfs0qmxx7gaeygn13e1rb','038fz5wtwf9cf6xfgtt464bpyakxp','words-20','done','038fz5wr61kb9ds43p8181yb4pgm1',19,0,20,0,NULL,NULL,NULL,NULL,1795282647019360,1795282647228422,204597,206147,'stop','','',NULL,4106,0,0,0);
INSERT INTO "usage" VALUES('038fz5wwc6n3pc3pqs5mkasvhq1ae','038fz5wtb9jv7fh4a5gqt7dv49wbb','job','title','038fz5wv4wy2ahc6nwcnc60n7vhf0','','038fz5wtvfs0qmxx7gaeygn13e1rb','038fz5wtwf9cf6xfgtt464bpyakxp','words-20','done','038fz5wr61kb9ds43p8181yb4pgm1',119,0,20,0,NULL,NULL,NULL,NULL,1795282647235026,1795282647239091,2983,3744,'stop','','',NULL,1142,0,0,0);
INSERT INTO "usage" VALUES('038fz5wwgea6azrfytb3czw1pqf16','038fz5wtb9jv7fh4a5gqt7dv49wbb','page','chat','038fz5wwfvtjjsf62aq70rw3299be','038fz5wwfz8apnbtp4qyk329th6ns','038fz5wtvfs0qmxx7gaeygn13e1rb','038fz5wtwf9cf6xfgtt464bpyakxp','words-20','done','038fz5wr61kb9ds43p8181yb4pgm1',37,0,20,0,NULL,NULL,NULL,NULL,1795282647303963,1795282647312840,7182,8415,'stop','','',NULL,4109,0,0,0);
INSERT INTO "usage" VALUES('038fz5wwhnjgxxpapmn5hncmjc7yh','038fz5wtb9jv7fh4a5gqt7dv49wbb','job','title','038fz5wwfvtjjsf62aq70rw3299be','','038fz5wtvfs0qmxx7gaeygn13e1rb','038fz5wtwf9cf6xfgtt464bpyakxp','words-20','done','038fz5wr61kb9ds43p8181yb4pgm1',137,0,20,0,NULL,NULL,NULL,NULL,1795282647322292,1795282647333479,10078,10859,'stop','','',NULL,1145,0,0,0);
INSERT INTO "usage" VALUES('038fz5wwmhx90pj9ezae52npqrsjn','038fz5wtb9jv7fh4a5gqt7dv49wbb','page','chat','038fz5wwkv0crsedr2knbqdx1ptgy','038fz5wwm1mvhwymqwj3xdy9sxmb3','038fz5wtvfs0qmxx7gaeygn13e1rb','038fz5wtwf9cf6xfgtt464bpyakxp','words-20','done','038fz5wr61kb9ds43p8181yb4pgm1',15,0,20,0,NULL,NULL,NULL,NULL,1795282647368353,1795282647382465,9033,10353,'stop','','',NULL,4101,0,0,0);
INSERT INTO "usage" VALUES('038fz5wwnnrp5f1db5dwqxhhsdv1h','038fz5wtb9jv7fh4a5gqt7dv49wbb','job','title','038fz5wwkv0crsedr2knbqdx1ptgy','','038fz5wtvfs0qmxx7gaeygn13e1rb','038fz5wtwf9cf6xfgtt464bpyakxp','words-20','done','038fz5wr61kb9ds43p8181yb4pgm1',115,0,20,0,NULL,NULL,NULL,NULL,1795282647386521,1795282647403669,5078,12323,'stop','','',NULL,1137,0,0,0);
CREATE TABLE usage_limit (
	kind VARCHAR NOT NULL, 
	target_id VARCHAR NOT NULL, 
	requests INTEGER, 
	tokens INTEGER, 
	parallel INTEGER, 
	PRIMARY KEY (kind, target_id)
);
CREATE TABLE usageday (
	day INTEGER NOT NULL, 
	user_id VARCHAR NOT NULL, 
	key_id VARCHAR NOT NULL, 
	provider_id VARCHAR NOT NULL, 
	model VARCHAR NOT NULL, 
	door VARCHAR NOT NULL, 
	calls INTEGER NOT NULL, 
	failed INTEGER NOT NULL, 
	cached INTEGER NOT NULL, 
	unpriced INTEGER NOT NULL, 
	estimated INTEGER NOT NULL, 
	tokens_in INTEGER NOT NULL, 
	tokens_cached INTEGER NOT NULL, 
	tokens_out INTEGER NOT NULL, 
	tokens_reasoning INTEGER NOT NULL, 
	cost INTEGER NOT NULL, 
	saved INTEGER NOT NULL, 
	timed INTEGER NOT NULL, 
	first_token_us INTEGER NOT NULL, 
	duration_us INTEGER NOT NULL, 
	PRIMARY KEY (day, user_id, key_id, provider_id, model, door)
);
CREATE INDEX ix_groupmember_user_id ON groupmember (user_id);
CREATE INDEX ix_membership_user_id ON membership (user_id);
CREATE INDEX ix_session_user_id ON session (user_id);
CREATE INDEX ix_space_owner_id ON space (owner_id);
CREATE INDEX ix_usage_started_at ON usage (started_at);
CREATE INDEX ix_usage_state ON usage (state);
CREATE INDEX ix_model_provider_id ON model (provider_id);
CREATE INDEX ix_modelgroup_group_id ON modelgroup (group_id);
CREATE INDEX ix_chat_recent ON chat (user_id, changed_at);
CREATE UNIQUE INDEX ix_message_send_key ON message (send_key) WHERE send_key is not null;
CREATE INDEX ix_message_siblings ON message (chat_id, parent_id, sequence);
CREATE INDEX ix_message_unfinished ON message (chat_id) WHERE state in ('pending', 'running');
CREATE INDEX ix_audit_at ON audit (at);
CREATE INDEX ix_audit_object_id ON audit (object_id);
CREATE UNIQUE INDEX ix_job_seq ON job (seq);
CREATE INDEX ix_job_state ON job (state, seq);
CREATE INDEX ix_job_ready ON job (priority, seq) WHERE state = 'queued' and run_at = 0;
CREATE INDEX ix_job_name ON job (name) WHERE state = 'queued' and run_at = 0;
CREATE INDEX ix_job_run_at ON job (run_at) WHERE state = 'queued' and run_at > 0;
CREATE UNIQUE INDEX ix_job_key ON job ("key") WHERE key is not null;
CREATE INDEX ix_blobuse_target ON blobuse (kind, target_id);
CREATE INDEX ix_backup_started_at ON backup (started_at);
CREATE INDEX ix_apikey_user_id ON apikey (user_id);
CREATE INDEX ix_usage_user ON usage (user_id, started_at);
CREATE INDEX ix_usage_key ON usage (key_id, started_at);
CREATE INDEX ix_budget_target_id ON budget (target_id);
CREATE INDEX ix_aliastarget_model_id ON aliastarget (model_id);
CREATE INDEX ix_response_created_at ON response (created_at);
CREATE INDEX ix_response_user_id ON response (user_id);
CREATE INDEX ix_item_mine ON item (owner_id, kind, changed_at);
CREATE INDEX ix_item_space ON item (space_id, kind, changed_at);
CREATE INDEX ix_item_parent_id ON item (parent_id);
CREATE INDEX ix_item_expires ON item (expires_at) WHERE expires_at is not null;
CREATE INDEX ix_item_trashed ON item (trashed_at) WHERE trashed_at is not null;
CREATE INDEX ix_item_views ON item (views, max_views) WHERE max_views is not null;
CREATE INDEX ix_item_address ON item (address, created_at) WHERE address != '';
CREATE INDEX ix_itempart_hash ON itempart (hash);
CREATE INDEX ix_tag_name ON tag (name);
CREATE INDEX ix_replay_created_at ON replay (created_at);
CREATE INDEX ix_share_target ON share (kind, target_id);
CREATE INDEX ix_share_user_id ON share (user_id);
CREATE INDEX ix_share_digest ON share (digest);
CREATE INDEX ix_oauthcode_client_id ON oauthcode (client_id);
CREATE INDEX ix_oauthtoken_family ON oauthtoken (family);
CREATE INDEX ix_oauthtoken_user_id ON oauthtoken (user_id);
CREATE INDEX ix_item_folder ON item (folder_id, changed_at) WHERE folder_id != '';
CREATE INDEX ix_folder_place ON folder (owner_id, space_id, parent_id);
CREATE INDEX ix_folder_space_id ON folder (space_id);
CREATE INDEX ix_folder_parent_id ON folder (parent_id);
CREATE INDEX ix_upload_user_id ON upload (user_id);
CREATE INDEX ix_upload_expires_at ON upload (expires_at);
CREATE INDEX ix_upload_digest ON upload (digest) WHERE digest != '';
CREATE INDEX ix_chat_project ON chat (project_id, changed_at) WHERE project_id != '';
CREATE UNIQUE INDEX ix_chat_source ON chat (user_id, source) WHERE source != '';
CREATE INDEX ix_attachment_target_id ON attachment (target_id);
CREATE INDEX ix_project_user_id ON project (user_id);
COMMIT;
