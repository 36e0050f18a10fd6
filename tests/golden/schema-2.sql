PRAGMA user_version=2;
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
INSERT INTO "account" VALUES('038fx4vgsjaq4xvbktw9832kwvj31','ada@example.org','Ada','admin','$argon2id$v=19$m=19456,t=2,p=1$GyKPn2TXJDGkrz0KOL7Qiw$BrX34e7To+HzJvUbMe0xlib39GwGO6iys0HOWkXGqYQ','','','',NULL,1795248546205826,1795248548828728,NULL);
INSERT INTO "account" VALUES('038fx4vgycc3yst21242bj40qhme7','bob@example.org','Bob','member','$argon2id$v=19$m=19456,t=2,p=1$k6VQQJM8HicnCAEznhOf+w$vxPzEsw+uli8NJqoxE1T48Q9nw01aCcegE5Ww1ZxPTg','','','',NULL,1795248546278473,NULL,NULL);
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0002');
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
INSERT INTO "audit" VALUES(1,1795248546209517,'','cli','','','accounts.add','038fx4vgsjaq4xvbktw9832kwvj31','admin');
INSERT INTO "audit" VALUES(2,1795248546279629,'','cli','','','accounts.add','038fx4vgycc3yst21242bj40qhme7','member');
INSERT INTO "audit" VALUES(3,1795248546283167,'','cli','','','settings.change','','workspace');
INSERT INTO "audit" VALUES(4,1795248546290130,'038fx4vgsjaq4xvbktw9832kwvj31','page','','','groups.create','038fx4vgytdgtr6nwg9cz9wje8y28','');
INSERT INTO "audit" VALUES(5,1795248546312545,'038fx4vgsjaq4xvbktw9832kwvj31','page','','','groups.join','038fx4vgytdgtr6nwg9cz9wje8y28','038fx4vgycc3yst21242bj40qhme7');
INSERT INTO "audit" VALUES(6,1795248546319003,'038fx4vgsjaq4xvbktw9832kwvj31','page','','','spaces.create','038fx4vh0xqggpyaz3kq6fj12fzka','');
INSERT INTO "audit" VALUES(7,1795248546322723,'038fx4vgsjaq4xvbktw9832kwvj31','page','','','spaces.welcome','038fx4vh0xqggpyaz3kq6fj12fzka','038fx4vgycc3yst21242bj40qhme7 writer');
INSERT INTO "audit" VALUES(8,1795248546328578,'','cli','','','providers.add','038fx4vh1frfpr4btfxxmq0z06wpq','golden http://127.0.0.1:42251/v1');
INSERT INTO "audit" VALUES(9,1795248546332592,'','cli','','','models.add','038fx4vh1qvyf9y4wkff3d1ykgv09','words-20');
INSERT INTO "audit" VALUES(10,1795248546536955,'038fx4vgsjaq4xvbktw9832kwvj31','page','127.0.0.1','g3qjjzcz5bek','accounts.sign_in','038fx4vhefpcb91cppc0ba3fqqyfm','A Python program');
INSERT INTO "audit" VALUES(11,1795248546782569,'038fx4vgsjaq4xvbktw9832kwvj31','page','127.0.0.1','0wjfeqzxzaa7','chats.create','038fx4vhw50wtgtktvb8patcmn8dq','');
INSERT INTO "audit" VALUES(12,1795248548244117,'038fx4vgsjaq4xvbktw9832kwvj31','page','','','chats.rename','038fx4vhw50wtgtktvb8patcmn8dq','');
INSERT INTO "audit" VALUES(13,1795248548256851,'038fx4vgsjaq4xvbktw9832kwvj31','page','127.0.0.1','d8ktzjsgsd60','chats.create','038fx4vmsgrejg61bx552b8q628e2','');
INSERT INTO "audit" VALUES(14,1795248548749876,'038fx4vgsjaq4xvbktw9832kwvj31','page','','','chats.rename','038fx4vmsgrejg61bx552b8q628e2','');
INSERT INTO "audit" VALUES(15,1795248548761795,'038fx4vgsjaq4xvbktw9832kwvj31','page','127.0.0.1','w4yc2kvs7p4e','chats.create','038fx4vnrzs58qcngvd63dqcvf7z5','');
INSERT INTO "audit" VALUES(16,1795248548860027,'038fx4vgsjaq4xvbktw9832kwvj31','page','','','chats.rename','038fx4vnrzs58qcngvd63dqcvf7z5','');
INSERT INTO "audit" VALUES(17,1795248548866911,'038fx4vgsjaq4xvbktw9832kwvj31','page','','','chats.delete','038fx4vnrzs58qcngvd63dqcvf7z5','');
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
	missing_at INTEGER, 
	PRIMARY KEY (hash)
);
CREATE TABLE blobuse (
	hash VARCHAR NOT NULL, 
	kind VARCHAR NOT NULL, 
	target_id VARCHAR NOT NULL, 
	PRIMARY KEY (hash, kind, target_id), 
	FOREIGN KEY(hash) REFERENCES blob (hash)
);
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
	deleted_at INTEGER, 
	PRIMARY KEY (id), 
	FOREIGN KEY(user_id) REFERENCES account (id)
);
INSERT INTO "chat" VALUES('038fx4vhw50wtgtktvb8patcmn8dq','038fx4vgsjaq4xvbktw9832kwvj31','Golden 0','person','038fx4vhxkkc1prrv08682hjk0zya','038fx4vh1qvyf9y4wkff3d1ykgv09','',NULL,NULL,NULL,'',1795248546754601,1795248548191231,NULL,NULL,NULL);
INSERT INTO "chat" VALUES('038fx4vmsgrejg61bx552b8q628e2','038fx4vgsjaq4xvbktw9832kwvj31','Golden 1','person','038fx4vmt0s8mk8ch0ygzjtwqqwbz','038fx4vh1qvyf9y4wkff3d1ykgv09','',NULL,NULL,NULL,'',1795248548248879,1795248548315114,NULL,NULL,NULL);
INSERT INTO "chat" VALUES('038fx4vnrzs58qcngvd63dqcvf7z5','038fx4vgsjaq4xvbktw9832kwvj31','Golden 2','person','038fx4vnshasztz4en9bcvgm9m061','038fx4vh1qvyf9y4wkff3d1ykgv09','',NULL,NULL,NULL,'',1795248548751738,1795248548807992,NULL,NULL,1795248548860171);
CREATE TABLE draft (
	user_id VARCHAR NOT NULL, 
	chat_id VARCHAR NOT NULL, 
	text VARCHAR NOT NULL, 
	changed_at INTEGER NOT NULL, 
	PRIMARY KEY (user_id, chat_id), 
	FOREIGN KEY(user_id) REFERENCES account (id)
);
CREATE TABLE groupmember (
	group_id VARCHAR NOT NULL, 
	user_id VARCHAR NOT NULL, 
	PRIMARY KEY (group_id, user_id), 
	FOREIGN KEY(group_id) REFERENCES people_group (id), 
	FOREIGN KEY(user_id) REFERENCES account (id)
);
INSERT INTO "groupmember" VALUES('038fx4vgytdgtr6nwg9cz9wje8y28','038fx4vgycc3yst21242bj40qhme7');
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
INSERT INTO "job" VALUES('038fx4vmnzq10cjhwp011qwq33bm0','chats.title','["038fx4vhw50wtgtktvb8patcmn8dq","038fx4vhxkkc1prrv08682hjk0zya"]','{"id":"038fx4vgsjaq4xvbktw9832kwvj31","name":"Ada","role":"admin","timezone":"","door":"page"}','done',0,0,1,NULL,NULL,1795248548191113,1795248548211489,1,5,NULL,NULL,100,'',NULL,1795248548192010,NULL);
INSERT INTO "job" VALUES('038fx4vmxmrv8x0ytyyvmh28kcxzg','chats.title','["038fx4vmsgrejg61bx552b8q628e2","038fx4vmt0s8mk8ch0ygzjtwqqwbz"]','{"id":"038fx4vgsjaq4xvbktw9832kwvj31","name":"Ada","role":"admin","timezone":"","door":"page"}','done',0,0,1,NULL,NULL,1795248548314997,1795248548748244,2,5,NULL,NULL,100,'',NULL,1795248548315794,NULL);
INSERT INTO "job" VALUES('038fx4vnvysz9z34skndec4a37f7d','chats.title','["038fx4vnrzs58qcngvd63dqcvf7z5","038fx4vnshasztz4en9bcvgm9m061"]','{"id":"038fx4vgsjaq4xvbktw9832kwvj31","name":"Ada","role":"admin","timezone":"","door":"page"}','done',0,0,1,NULL,NULL,1795248548799312,1795248548848635,3,5,NULL,NULL,100,'',NULL,1795248548808686,NULL);
INSERT INTO "job" VALUES('038fx4vp064xvfmy353s9j5dzxvgt','tests.someday','[1]','{"id":"038fx4vgsjaq4xvbktw9832kwvj31","name":"","role":"admin","timezone":"","door":"page"}','queued',0,4611686018427387904,0,NULL,NULL,1795248548867265,NULL,4,5,NULL,NULL,0,'',NULL,NULL,NULL);
INSERT INTO "job" VALUES('038fx4vp06gdbkb2ddvsv1fhmx8ky','tests.broken','[]','{}','dead',0,4611686018427387904,5,NULL,'It broke.',1795248548867459,NULL,5,5,NULL,NULL,0,'',NULL,NULL,NULL);
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
INSERT INTO "membership" VALUES('space','038fx4vgszmmvn165wnp6gtnn7byc','038fx4vgsjaq4xvbktw9832kwvj31','manager',1795248546207635,'038fx4vgsjaq4xvbktw9832kwvj31');
INSERT INTO "membership" VALUES('space','038fx4vgyewmshzjwjq0xdvy53fg2','038fx4vgycc3yst21242bj40qhme7','manager',1795248546279077,'038fx4vgycc3yst21242bj40qhme7');
INSERT INTO "membership" VALUES('space','038fx4vh0xqggpyaz3kq6fj12fzka','038fx4vgsjaq4xvbktw9832kwvj31','manager',1795248546318301,'038fx4vgsjaq4xvbktw9832kwvj31');
INSERT INTO "membership" VALUES('space','038fx4vh0xqggpyaz3kq6fj12fzka','038fx4vgycc3yst21242bj40qhme7','writer',1795248546322462,'038fx4vgsjaq4xvbktw9832kwvj31');
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
	cost INTEGER, 
	PRIMARY KEY (id), 
	FOREIGN KEY(chat_id) REFERENCES chat (id)
);
INSERT INTO "message" VALUES('038fx4vhx49c2vsq31thf73ngaa4k','038fx4vhw50wtgtktvb8patcmn8dq',NULL,0,'user','done','','038fx4vgsjaq4xvbktw9832kwvj31:038fx4vhhehwt7wffrbcqj3rvy610',NULL,'','<p>Where does the river bend?</p>
','','',0,'','',1795248546775219,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "message" VALUES('038fx4vhxkkc1prrv08682hjk0zya','038fx4vhw50wtgtktvb8patcmn8dq','038fx4vhx49c2vsq31thf73ngaa4k',0,'assistant','done','038fx4vdxqfamxdyrh03jqtyxdv73',NULL,'038fx4vh1qvyf9y4wkff3d1ykgv09','words-20','<p>word0 word1 word2 word3 word4 word5 word6 word7 word8 word9 word10 word11 word12 word13 word14 word15 word16 word17 word18 word19</p>
','','',0,'038fx4vmfjw78mr93t9jpec3aqqbt','stop',1795248546779377,1795248546782985,1795248548175027,1795248548190300,19,20,NULL);
INSERT INTO "message" VALUES('038fx4vmswnwb1x2d20ws14aq52c8','038fx4vmsgrejg61bx552b8q628e2',NULL,0,'user','done','','038fx4vgsjaq4xvbktw9832kwvj31:038fx4vms8t51qyxeqaey4s221nds',NULL,'','<p>Ünïcode 漢字 👩‍👩‍👧</p>
','','',0,'','',1795248548255351,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "message" VALUES('038fx4vmt0s8mk8ch0ygzjtwqqwbz','038fx4vmsgrejg61bx552b8q628e2','038fx4vmswnwb1x2d20ws14aq52c8',0,'assistant','done','038fx4vdxqfamxdyrh03jqtyxdv73',NULL,'038fx4vh1qvyf9y4wkff3d1ykgv09','words-20','<p>word0 word1 word2 word3 word4 word5 word6 word7 word8 word9 word10 word11 word12 word13 word14 word15 word16 word17 word18 word19</p>
','','',0,'038fx4vmttqke2v9x0hwjxhen2ef3','stop',1795248548256305,1795248548257231,1795248548290513,1795248548301937,37,20,NULL);
INSERT INTO "message" VALUES('038fx4vnseek89qppmmphbn37bpdf','038fx4vnrzs58qcngvd63dqcvf7z5',NULL,0,'user','done','','038fx4vgsjaq4xvbktw9832kwvj31:038fx4vnrvera6tctr3h36w8w4j2w',NULL,'','<p>To be deleted</p>
','','',0,'','',1795248548759891,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "message" VALUES('038fx4vnshasztz4en9bcvgm9m061','038fx4vnrzs58qcngvd63dqcvf7z5','038fx4vnseek89qppmmphbn37bpdf',0,'assistant','done','038fx4vdxqfamxdyrh03jqtyxdv73',NULL,'038fx4vh1qvyf9y4wkff3d1ykgv09','words-20','<p>word0 word1 word2 word3 word4 word5 word6 word7 word8 word9 word10 word11 word12 word13 word14 word15 word16 word17 word18 word19</p>
','','',0,'038fx4vnsyzfazvmdn2kj67damkvn','stop',1795248548761173,1795248548762230,1795248548776678,1795248548791083,15,20,NULL);
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
	created_at INTEGER NOT NULL, 
	PRIMARY KEY (id), 
	FOREIGN KEY(provider_id) REFERENCES provider (id)
);
INSERT INTO "model" VALUES('038fx4vh1qvyf9y4wkff3d1ykgv09','038fx4vh1frfpr4btfxxmq0z06wpq','words-20','',1,1,0,NULL,NULL,NULL,NULL,NULL,3.0,1795248546331624);
CREATE TABLE modelgroup (
	model_id VARCHAR NOT NULL, 
	group_id VARCHAR NOT NULL, 
	PRIMARY KEY (model_id, group_id), 
	FOREIGN KEY(group_id) REFERENCES people_group (id), 
	FOREIGN KEY(model_id) REFERENCES model (id)
);
CREATE TABLE part (
	message_id VARCHAR NOT NULL, 
	n INTEGER NOT NULL, 
	kind VARCHAR NOT NULL, 
	text VARCHAR NOT NULL, 
	duration_us INTEGER, 
	PRIMARY KEY (message_id, n), 
	FOREIGN KEY(message_id) REFERENCES message (id)
);
INSERT INTO "part" VALUES('038fx4vhx49c2vsq31thf73ngaa4k',0,'text','Where does the river bend?',NULL);
INSERT INTO "part" VALUES('038fx4vhxkkc1prrv08682hjk0zya',0,'text','word0 word1 word2 word3 word4 word5 word6 word7 word8 word9 word10 word11 word12 word13 word14 word15 word16 word17 word18 word19',15402);
INSERT INTO "part" VALUES('038fx4vmswnwb1x2d20ws14aq52c8',0,'text','Ünïcode 漢字 👩‍👩‍👧',NULL);
INSERT INTO "part" VALUES('038fx4vmt0s8mk8ch0ygzjtwqqwbz',0,'text','word0 word1 word2 word3 word4 word5 word6 word7 word8 word9 word10 word11 word12 word13 word14 word15 word16 word17 word18 word19',11551);
INSERT INTO "part" VALUES('038fx4vnseek89qppmmphbn37bpdf',0,'text','To be deleted',NULL);
INSERT INTO "part" VALUES('038fx4vnshasztz4en9bcvgm9m061',0,'text','word0 word1 word2 word3 word4 word5 word6 word7 word8 word9 word10 word11 word12 word13 word14 word15 word16 word17 word18 word19',14501);
CREATE TABLE people_group (
	id VARCHAR NOT NULL, 
	name VARCHAR NOT NULL, 
	created_at INTEGER NOT NULL, 
	PRIMARY KEY (id), 
	UNIQUE (name)
);
INSERT INTO "people_group" VALUES('038fx4vgytdgtr6nwg9cz9wje8y28','Readers',1795248546285173);
CREATE TABLE piece (
	message_id VARCHAR NOT NULL, 
	n INTEGER NOT NULL, 
	kind VARCHAR NOT NULL, 
	text VARCHAR NOT NULL, 
	PRIMARY KEY (message_id, n), 
	FOREIGN KEY(message_id) REFERENCES message (id)
);
CREATE TABLE provider (
	id VARCHAR NOT NULL, 
	name VARCHAR NOT NULL, 
	kind VARCHAR NOT NULL, 
	url VARCHAR NOT NULL, 
	"key" BLOB, 
	enabled BOOLEAN NOT NULL, 
	created_at INTEGER NOT NULL, 
	checked_at INTEGER, 
	error VARCHAR NOT NULL, 
	PRIMARY KEY (id), 
	UNIQUE (name)
);
INSERT INTO "provider" VALUES('038fx4vh1frfpr4btfxxmq0z06wpq','golden','other','http://127.0.0.1:42251/v1',X'6741414141414272415647694D4D777070664C44374B4A756B7950454B7733575669755A70774B6E45625678596F70796D45356953334B473059324C6A3257644F4E5A4F69765549526A2D766836596768624A38376376716B674A73684C62746D513D3D',1,1795248546327686,NULL,'');
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
INSERT INTO "session" VALUES('2844026176d3c11635097547e5606d51a472c2d4d4415aeedf443b2d22af5b97','038fx4vhefpcb91cppc0ba3fqqyfm','038fx4vgsjaq4xvbktw9832kwvj31','A Python program','127.0.0.1',1795248546535462,1795248548828728,1795248546535462,1797840548828728,NULL);
CREATE TABLE setting (
	"key" VARCHAR NOT NULL, 
	value VARCHAR NOT NULL, 
	PRIMARY KEY ("key")
);
INSERT INTO "setting" VALUES('instance','"038fx4vezh0f164k5vxmkyggnj7r6"');
INSERT INTO "setting" VALUES('seal_check','"gAAAAABrAVGhH6s477zzPDcL3PRQ1UnrzHRMDOqviwRYqTneVL1JlMQfWiDuXdEvieW82iFINStPirtoutEGC6F-jXlZ0PIOVg=="');
INSERT INTO "setting" VALUES('workspace','"The golden house"');
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
INSERT INTO "space" VALUES('038fx4vgszmmvn165wnp6gtnn7byc','personal','Ada','038fx4vgsjaq4xvbktw9832kwvj31',1795248546207635,NULL);
INSERT INTO "space" VALUES('038fx4vgyewmshzjwjq0xdvy53fg2','personal','Bob','038fx4vgycc3yst21242bj40qhme7',1795248546279077,NULL);
INSERT INTO "space" VALUES('038fx4vh0xqggpyaz3kq6fj12fzka','shared','The library','038fx4vgsjaq4xvbktw9832kwvj31',1795248546318301,NULL);
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
	status VARCHAR NOT NULL, 
	PRIMARY KEY (id)
);
INSERT INTO "usage" VALUES('038fx4vmfjw78mr93t9jpec3aqqbt','038fx4vgsjaq4xvbktw9832kwvj31','page','chat','038fx4vhw50wtgtktvb8patcmn8dq','038fx4vhxkkc1prrv08682hjk0zya','038fx4vh1frfpr4btfxxmq0z06wpq','038fx4vh1qvyf9y4wkff3d1ykgv09','words-20','done','038fx4vdxqfamxdyrh03jqtyxdv73',19,0,20,0,NULL,NULL,NULL,NULL,1795248548089328,1795248548176114,85077,86299,'stop');
INSERT INTO "usage" VALUES('038fx4vmp9cew203dvs9m1g60dq1w','038fx4vgsjaq4xvbktw9832kwvj31','job','title','038fx4vhw50wtgtktvb8patcmn8dq','','038fx4vh1frfpr4btfxxmq0z06wpq','038fx4vh1qvyf9y4wkff3d1ykgv09','words-20','done','038fx4vdxqfamxdyrh03jqtyxdv73',119,0,20,0,NULL,NULL,NULL,NULL,1795248548196726,1795248548203730,6077,6792,'stop');
INSERT INTO "usage" VALUES('038fx4vmttqke2v9x0hwjxhen2ef3','038fx4vgsjaq4xvbktw9832kwvj31','page','chat','038fx4vmsgrejg61bx552b8q628e2','038fx4vmt0s8mk8ch0ygzjtwqqwbz','038fx4vh1frfpr4btfxxmq0z06wpq','038fx4vh1qvyf9y4wkff3d1ykgv09','words-20','done','038fx4vdxqfamxdyrh03jqtyxdv73',37,0,20,0,NULL,NULL,NULL,NULL,1795248548270800,1795248548291593,19317,20519,'stop');
INSERT INTO "usage" VALUES('038fx4vmxt2vgsgmwg6awwbrj9rv0','038fx4vgsjaq4xvbktw9832kwvj31','job','title','038fx4vmsgrejg61bx552b8q628e2','','038fx4vh1frfpr4btfxxmq0z06wpq','038fx4vh1qvyf9y4wkff3d1ykgv09','words-20','done','038fx4vdxqfamxdyrh03jqtyxdv73',137,0,20,0,NULL,NULL,NULL,NULL,1795248548317931,1795248548736121,16756,82900,'stop');
INSERT INTO "usage" VALUES('038fx4vnsyzfazvmdn2kj67damkvn','038fx4vgsjaq4xvbktw9832kwvj31','page','chat','038fx4vnrzs58qcngvd63dqcvf7z5','038fx4vnshasztz4en9bcvgm9m061','038fx4vh1frfpr4btfxxmq0z06wpq','038fx4vh1qvyf9y4wkff3d1ykgv09','words-20','done','038fx4vdxqfamxdyrh03jqtyxdv73',15,0,20,0,NULL,NULL,NULL,NULL,1795248548767774,1795248548790776,7288,21475,'stop');
INSERT INTO "usage" VALUES('038fx4vnx3p13106rxhzgc97predj','038fx4vgsjaq4xvbktw9832kwvj31','job','title','038fx4vnrzs58qcngvd63dqcvf7z5','','038fx4vh1frfpr4btfxxmq0z06wpq','038fx4vh1qvyf9y4wkff3d1ykgv09','words-20','done','038fx4vdxqfamxdyrh03jqtyxdv73',115,0,20,0,NULL,NULL,NULL,NULL,1795248548817761,1795248548830674,11537,12144,'stop');
CREATE INDEX ix_groupmember_user_id ON groupmember (user_id);
CREATE INDEX ix_membership_user_id ON membership (user_id);
CREATE INDEX ix_session_user_id ON session (user_id);
CREATE INDEX ix_space_owner_id ON space (owner_id);
CREATE INDEX ix_usage_started_at ON usage (started_at);
CREATE INDEX ix_usage_state ON usage (state);
CREATE INDEX ix_usage_user_id ON usage (user_id);
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
COMMIT;
