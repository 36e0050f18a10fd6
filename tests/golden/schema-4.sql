PRAGMA user_version=4;
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
INSERT INTO "account" VALUES('038fyfp52c7wj55qbnmjd4p157s9c','ada@example.org','Ada','admin','$argon2id$v=19$m=19456,t=2,p=1$fz037JGTv6orfIvcYJ2qPQ$saQ2ulwkpO02HvpD+KIci9es4wYOQHNeeIzbeEPgcCM','','','',NULL,1795271002662471,1795271003739383,NULL);
INSERT INTO "account" VALUES('038fyfp5943bn1425k9c1b56sybgm','bob@example.org','Bob','member','$argon2id$v=19$m=19456,t=2,p=1$Anzyv5o+iAqzKkq5h+hgTA$pDAhzPrgrBxn6XyoPZQdUpZNe4LXgfnPfeOCrmb6X/E','','','',NULL,1795271002770661,NULL,NULL);
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0004');
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
INSERT INTO "audit" VALUES(1,1795271002674339,'','cli','','','accounts.add','038fyfp52c7wj55qbnmjd4p157s9c','admin');
INSERT INTO "audit" VALUES(2,1795271002771833,'','cli','','','accounts.add','038fyfp5943bn1425k9c1b56sybgm','member');
INSERT INTO "audit" VALUES(3,1795271002773503,'','cli','','','settings.change','','workspace');
INSERT INTO "audit" VALUES(4,1795271002776382,'038fyfp52c7wj55qbnmjd4p157s9c','page','','','groups.create','038fyfp59ftn65g1zy2ej4sc25fwd','');
INSERT INTO "audit" VALUES(5,1795271002780149,'038fyfp52c7wj55qbnmjd4p157s9c','page','','','groups.join','038fyfp59ftn65g1zy2ej4sc25fwd','038fyfp5943bn1425k9c1b56sybgm');
INSERT INTO "audit" VALUES(6,1795271002781431,'038fyfp52c7wj55qbnmjd4p157s9c','page','','','spaces.create','038fyfp59rrvbhk15gncrz9gtd1cc','');
INSERT INTO "audit" VALUES(7,1795271002784973,'038fyfp52c7wj55qbnmjd4p157s9c','page','','','spaces.welcome','038fyfp59rrvbhk15gncrz9gtd1cc','038fyfp5943bn1425k9c1b56sybgm writer');
INSERT INTO "audit" VALUES(8,1795271002788714,'','cli','','','providers.add','038fyfp5a65dpy8k1cm2mmf4tkd0b','golden http://127.0.0.1:37127/v1');
INSERT INTO "audit" VALUES(9,1795271002793893,'','cli','','','models.add','038fyfp5agjred0z7wms2avw6m1a3','words-20');
INSERT INTO "audit" VALUES(10,1795271002880143,'038fyfp52c7wj55qbnmjd4p157s9c','page','127.0.0.1','gf9ej404bk49','accounts.sign_in','038fyfp5fx5thm49gpnj3kvzgxccg','A Python program');
INSERT INTO "audit" VALUES(11,1795271002939156,'038fyfp52c7wj55qbnmjd4p157s9c','page','127.0.0.1','wm9qw91yk37h','chats.create','038fyfp5j7xfnract756h1r1shb9z','');
INSERT INTO "audit" VALUES(12,1795271003581009,'038fyfp52c7wj55qbnmjd4p157s9c','page','','','chats.rename','038fyfp5j7xfnract756h1r1shb9z','');
INSERT INTO "audit" VALUES(13,1795271003587184,'038fyfp52c7wj55qbnmjd4p157s9c','page','127.0.0.1','2ep3fb3a87d1','chats.create','038fyfp6vzht93ryhwm45w2ppa7k9','');
INSERT INTO "audit" VALUES(14,1795271003635440,'038fyfp52c7wj55qbnmjd4p157s9c','page','','','chats.rename','038fyfp6vzht93ryhwm45w2ppa7k9','');
INSERT INTO "audit" VALUES(15,1795271003641979,'038fyfp52c7wj55qbnmjd4p157s9c','page','127.0.0.1','f4k0pjw3wad4','chats.create','038fyfp6zbz1zb0crs1s6nnvada4y','');
INSERT INTO "audit" VALUES(16,1795271003754652,'038fyfp52c7wj55qbnmjd4p157s9c','page','','','chats.rename','038fyfp6zbz1zb0crs1s6nnvada4y','');
INSERT INTO "audit" VALUES(17,1795271003756617,'038fyfp52c7wj55qbnmjd4p157s9c','page','','','chats.delete','038fyfp6zbz1zb0crs1s6nnvada4y','');
INSERT INTO "audit" VALUES(18,1795271003833933,'038fyfp52c7wj55qbnmjd4p157s9c','page','','','pastes.create','038fyfp76tb6d9rs2qbhb75kmb73j','');
INSERT INTO "audit" VALUES(19,1795271003857277,'038fyfp52c7wj55qbnmjd4p157s9c','page','','','pastes.revise','038fyfp76tb6d9rs2qbhb75kmb73j','2');
INSERT INTO "audit" VALUES(20,1795271003861063,'038fyfp52c7wj55qbnmjd4p157s9c','page','','','pastes.share','038fyfp76tb6d9rs2qbhb75kmb73j','link reader');
INSERT INTO "audit" VALUES(21,1795271003862135,'038fyfp52c7wj55qbnmjd4p157s9c','page','','','pastes.create','038fyfp7dbetz9x8k4y6bz1gh3z32','');
INSERT INTO "audit" VALUES(22,1795271003862891,'038fyfp52c7wj55qbnmjd4p157s9c','page','','','pastes.trash','038fyfp7dbetz9x8k4y6bz1gh3z32','');
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
INSERT INTO "change" VALUES(1,'paste','038fyfp76tb6d9rs2qbhb75kmb73j',1,'created',1795271003833659);
INSERT INTO "change" VALUES(2,'paste','038fyfp76tb6d9rs2qbhb75kmb73j',2,'revised',1795271003857170);
INSERT INTO "change" VALUES(3,'paste','038fyfp76tb6d9rs2qbhb75kmb73j',2,'rights',1795271003860960);
INSERT INTO "change" VALUES(4,'paste','038fyfp7dbetz9x8k4y6bz1gh3z32',1,'created',1795271003862068);
INSERT INTO "change" VALUES(5,'paste','038fyfp7dbetz9x8k4y6bz1gh3z32',1,'trashed',1795271003862823);
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
	deleted_at INTEGER, verbs VARCHAR DEFAULT '' NOT NULL, 
	PRIMARY KEY (id), 
	FOREIGN KEY(user_id) REFERENCES account (id)
);
INSERT INTO "chat" VALUES('038fyfp5j7xfnract756h1r1shb9z','038fyfp52c7wj55qbnmjd4p157s9c','Golden 0','person','038fyfp5kgnbe4rt96a0f2h92ef1d','038fyfp5agjred0z7wms2avw6m1a3','',NULL,NULL,NULL,'',1795271002915631,1795271003551907,NULL,NULL,NULL,'');
INSERT INTO "chat" VALUES('038fyfp6vzht93ryhwm45w2ppa7k9','038fyfp52c7wj55qbnmjd4p157s9c','Golden 1','person','038fyfp6w5z59ngf3k8fw88st7bgm','038fyfp5agjred0z7wms2avw6m1a3','',NULL,NULL,NULL,'',1795271003583533,1795271003610272,NULL,NULL,NULL,'');
INSERT INTO "chat" VALUES('038fyfp6zbz1zb0crs1s6nnvada4y','038fyfp52c7wj55qbnmjd4p157s9c','Golden 2','person','038fyfp6zg2mq30vprqzyrdrmvyqn','038fyfp5agjred0z7wms2avw6m1a3','',NULL,NULL,NULL,'',1795271003637791,1795271003670190,NULL,NULL,1795271003754926,'');
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
INSERT INTO "groupmember" VALUES('038fyfp59ftn65g1zy2ej4sc25fwd','038fyfp5943bn1425k9c1b56sybgm');
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
	trashed_by VARCHAR NOT NULL, 
	PRIMARY KEY (id), 
	FOREIGN KEY(owner_id) REFERENCES account (id)
);
INSERT INTO "item" VALUES('038fyfp76tb6d9rs2qbhb75kmb73j','paste','038fyfp52c7wj55qbnmjd4p157s9c','',NULL,'Golden tea','private',2,34,'',0,0,NULL,NULL,0,'','','',1795271003757034,1795271003856950,NULL,'');
INSERT INTO "item" VALUES('038fyfp7dbetz9x8k4y6bz1gh3z32','paste','038fyfp52c7wj55qbnmjd4p157s9c','',NULL,'Golden dust','private',1,13,'',0,0,1795875803861478,NULL,0,'','','',1795271003861449,1795271003861921,1795271003862654,'038fyfp52c7wj55qbnmjd4p157s9c');
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
INSERT INTO "itempart" VALUES('038fyfp76tb6d9rs2qbhb75kmb73j',1,0,'tea.py','python','text/plain',13,1,'ff0b730410da9b2c64f23e9f29e2751176a4fd9fbce129d850dd41a5cbb99ead','print(''tea'')
');
INSERT INTO "itempart" VALUES('038fyfp76tb6d9rs2qbhb75kmb73j',2,0,'tea.py','python','text/plain',13,1,'ff0b730410da9b2c64f23e9f29e2751176a4fd9fbce129d850dd41a5cbb99ead','print(''tea'')
');
INSERT INTO "itempart" VALUES('038fyfp76tb6d9rs2qbhb75kmb73j',2,1,'notes.md','markdown','text/plain',8,1,'365d0b84ae63c2afc293dedd2b00bdf0dc8d6ef70c9297d90f9e5682ab0d72ee','# Notes
');
INSERT INTO "itempart" VALUES('038fyfp7dbetz9x8k4y6bz1gh3z32',1,0,'tea.py','python','text/plain',13,1,'ff0b730410da9b2c64f23e9f29e2751176a4fd9fbce129d850dd41a5cbb99ead','print(''tea'')
');
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
INSERT INTO "job" VALUES('038fyfp6sz56fg4b3g2k3xb8e7dq4','chats.title','["038fyfp5j7xfnract756h1r1shb9z","038fyfp5kgnbe4rt96a0f2h92ef1d"]','{"id":"038fyfp52c7wj55qbnmjd4p157s9c","name":"Ada","role":"admin","timezone":"","door":"page"}','done',0,0,1,NULL,NULL,1795271003551837,1795271003564375,1,5,NULL,NULL,100,'',NULL,1795271003552653,NULL);
INSERT INTO "job" VALUES('038fyfp6xm8x4cap49w6d4dc6w941','chats.title','["038fyfp6vzht93ryhwm45w2ppa7k9","038fyfp6w5z59ngf3k8fw88st7bgm"]','{"id":"038fyfp52c7wj55qbnmjd4p157s9c","name":"Ada","role":"admin","timezone":"","door":"page"}','done',0,0,1,NULL,NULL,1795271003610191,1795271003628809,2,5,NULL,NULL,100,'',NULL,1795271003611031,NULL);
INSERT INTO "job" VALUES('038fyfp71cad66strcxb35znwt1jt','chats.title','["038fyfp6zbz1zb0crs1s6nnvada4y","038fyfp6zg2mq30vprqzyrdrmvyqn"]','{"id":"038fyfp52c7wj55qbnmjd4p157s9c","name":"Ada","role":"admin","timezone":"","door":"page"}','done',0,0,1,NULL,NULL,1795271003670105,1795271003692653,3,5,NULL,NULL,100,'',NULL,1795271003671040,NULL);
INSERT INTO "job" VALUES('038fyfp7dfcxkj2rntyafxmn7bbrn','tests.someday','[1]','{"id":"038fyfp52c7wj55qbnmjd4p157s9c","name":"","role":"admin","timezone":"","door":"page"}','queued',0,4611686018427387904,0,NULL,NULL,1795271003863230,NULL,4,5,NULL,NULL,0,'',NULL,NULL,NULL);
INSERT INTO "job" VALUES('038fyfp7df0vfd7rjj545jtg0v7j6','tests.broken','[]','{}','dead',0,4611686018427387904,5,NULL,'It broke.',1795271003863344,NULL,5,5,NULL,NULL,0,'',NULL,NULL,NULL);
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
INSERT INTO "membership" VALUES('space','038fyfp52h0rfzryhbrw7915qwzmg','038fyfp52c7wj55qbnmjd4p157s9c','manager',1795271002664318,'038fyfp52c7wj55qbnmjd4p157s9c');
INSERT INTO "membership" VALUES('space','038fyfp596st76w9bthfggcv9qfrb','038fyfp5943bn1425k9c1b56sybgm','manager',1795271002771232,'038fyfp5943bn1425k9c1b56sybgm');
INSERT INTO "membership" VALUES('space','038fyfp59rrvbhk15gncrz9gtd1cc','038fyfp52c7wj55qbnmjd4p157s9c','manager',1795271002780798,'038fyfp52c7wj55qbnmjd4p157s9c');
INSERT INTO "membership" VALUES('space','038fyfp59rrvbhk15gncrz9gtd1cc','038fyfp5943bn1425k9c1b56sybgm','writer',1795271002784599,'038fyfp52c7wj55qbnmjd4p157s9c');
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
INSERT INTO "message" VALUES('038fyfp5jznzhtfk6066ejp36x8qa','038fyfp5j7xfnract756h1r1shb9z',NULL,0,'user','done','','038fyfp52c7wj55qbnmjd4p157s9c:038fyfp5hsj01sgb04vy8rk35zmv3',NULL,'','<p>Where does the river bend?</p>
','','',0,'','',1795271002928487,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "message" VALUES('038fyfp5kgnbe4rt96a0f2h92ef1d','038fyfp5j7xfnract756h1r1shb9z','038fyfp5jznzhtfk6066ejp36x8qa',0,'assistant','done','038fyfp2j3jgn7dhdv275jfr216cn',NULL,'038fyfp5agjred0z7wms2avw6m1a3','words-20','<p>word0 word1 word2 word3 word4 word5 word6 word7 word8 word9 word10 word11 word12 word13 word14 word15 word16 word17 word18 word19</p>
','','',0,'038fyfp6qnxf6btntcd27wyz9qeyz','stop',1795271002937141,1795271002941248,1795271003549697,1795271003551390,19,20,NULL);
INSERT INTO "message" VALUES('038fyfp6w3r5g15ah1ztwyyr7664v','038fyfp6vzht93ryhwm45w2ppa7k9',NULL,0,'user','done','','038fyfp52c7wj55qbnmjd4p157s9c:038fyfp6vvpkhnvmajxs1hnqqd24p',NULL,'','<p>Ünïcode 漢字 👩‍👩‍👧</p>
','','',0,'','',1795271003585515,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "message" VALUES('038fyfp6w5z59ngf3k8fw88st7bgm','038fyfp6vzht93ryhwm45w2ppa7k9','038fyfp6w3r5g15ah1ztwyyr7664v',0,'assistant','done','038fyfp2j3jgn7dhdv275jfr216cn',NULL,'038fyfp5agjred0z7wms2avw6m1a3','words-20','<p>word0 word1 word2 word3 word4 word5 word6 word7 word8 word9 word10 word11 word12 word13 word14 word15 word16 word17 word18 word19</p>
','','',0,'038fyfp6wrjy7yhab2xs54zf6f73y','stop',1795271003586570,1795271003587719,1795271003603557,1795271003608972,37,20,NULL);
INSERT INTO "message" VALUES('038fyfp6zey0mmy9ez7my6hjbvqgb','038fyfp6zbz1zb0crs1s6nnvada4y',NULL,0,'user','done','','038fyfp52c7wj55qbnmjd4p157s9c:038fyfp6z772np5ena4y2vad58mja',NULL,'','<p>To be deleted</p>
','','',0,'','',1795271003640089,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "message" VALUES('038fyfp6zg2mq30vprqzyrdrmvyqn','038fyfp6zbz1zb0crs1s6nnvada4y','038fyfp6zey0mmy9ez7my6hjbvqgb',0,'assistant','done','038fyfp2j3jgn7dhdv275jfr216cn',NULL,'038fyfp5agjred0z7wms2avw6m1a3','words-20','<p>word0 word1 word2 word3 word4 word5 word6 word7 word8 word9 word10 word11 word12 word13 word14 word15 word16 word17 word18 word19</p>
','','',0,'038fyfp7086dqq7qpvfv9jerzj5p3','stop',1795271003641281,1795271003642711,1795271003663683,1795271003666960,15,20,NULL);
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
INSERT INTO "model" VALUES('038fyfp5agjred0z7wms2avw6m1a3','038fyfp5a65dpy8k1cm2mmf4tkd0b','words-20','',1,1,0,NULL,NULL,NULL,NULL,NULL,3.0,1795271002792654);
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
	duration_us INTEGER, call_id VARCHAR DEFAULT '' NOT NULL, name VARCHAR DEFAULT '' NOT NULL, arguments VARCHAR DEFAULT '' NOT NULL, state VARCHAR DEFAULT '' NOT NULL, verb VARCHAR DEFAULT '' NOT NULL, started_at INTEGER, 
	PRIMARY KEY (message_id, n), 
	FOREIGN KEY(message_id) REFERENCES message (id)
);
INSERT INTO "part" VALUES('038fyfp5jznzhtfk6066ejp36x8qa',0,'text','Where does the river bend?',NULL,'','','','','',NULL);
INSERT INTO "part" VALUES('038fyfp5kgnbe4rt96a0f2h92ef1d',0,'text','word0 word1 word2 word3 word4 word5 word6 word7 word8 word9 word10 word11 word12 word13 word14 word15 word16 word17 word18 word19',1841,'','','','','',NULL);
INSERT INTO "part" VALUES('038fyfp6w3r5g15ah1ztwyyr7664v',0,'text','Ünïcode 漢字 👩‍👩‍👧',NULL,'','','','','',NULL);
INSERT INTO "part" VALUES('038fyfp6w5z59ngf3k8fw88st7bgm',0,'text','word0 word1 word2 word3 word4 word5 word6 word7 word8 word9 word10 word11 word12 word13 word14 word15 word16 word17 word18 word19',5550,'','','','','',NULL);
INSERT INTO "part" VALUES('038fyfp6zey0mmy9ez7my6hjbvqgb',0,'text','To be deleted',NULL,'','','','','',NULL);
INSERT INTO "part" VALUES('038fyfp6zg2mq30vprqzyrdrmvyqn',0,'text','word0 word1 word2 word3 word4 word5 word6 word7 word8 word9 word10 word11 word12 word13 word14 word15 word16 word17 word18 word19',3418,'','','','','',NULL);
CREATE TABLE people_group (
	id VARCHAR NOT NULL, 
	name VARCHAR NOT NULL, 
	created_at INTEGER NOT NULL, 
	PRIMARY KEY (id), 
	UNIQUE (name)
);
INSERT INTO "people_group" VALUES('038fyfp59ftn65g1zy2ej4sc25fwd','Readers',1795271002775566);
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
	error VARCHAR NOT NULL, parallel INTEGER, speaks VARCHAR DEFAULT '' NOT NULL, 
	PRIMARY KEY (id), 
	UNIQUE (name)
);
INSERT INTO "provider" VALUES('038fyfp5a65dpy8k1cm2mmf4tkd0b','golden','other','http://127.0.0.1:37127/v1',X'674141414141427241616C61512D703553385A397A7A7161574E4A7252586561326A6A75655447732D314D6A30323848596B394E6B336B5279376A5062726569664F4E35504562734B593546535732687244576F434E4749355173464F6F696539673D3D',1,1795271002787577,NULL,'',NULL,'');
CREATE TABLE rendering (
	hash VARCHAR NOT NULL, 
	syntax VARCHAR NOT NULL, 
	version INTEGER NOT NULL, 
	html VARCHAR NOT NULL, 
	used_at INTEGER NOT NULL, 
	PRIMARY KEY (hash, syntax, version)
);
INSERT INTO "rendering" VALUES('ff0b730410da9b2c64f23e9f29e2751176a4fd9fbce129d850dd41a5cbb99ead','python',1,'<span class="nb">print</span><span class="p">(</span><span class="s1">''tea''</span><span class="p">)</span>
',1795271003832836);
INSERT INTO "rendering" VALUES('365d0b84ae63c2afc293dedd2b00bdf0dc8d6ef70c9297d90f9e5682ab0d72ee','markdown',1,'<span class="gh"># Notes</span>
',1795271003855943);
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
INSERT INTO "revision" VALUES('038fyfp76tb6d9rs2qbhb75kmb73j',1,'Golden tea','038fyfp52c7wj55qbnmjd4p157s9c','','page',0,0,'',13,1795271003833363);
INSERT INTO "revision" VALUES('038fyfp76tb6d9rs2qbhb75kmb73j',2,'Golden tea','038fyfp52c7wj55qbnmjd4p157s9c','','page',1,0,'',21,1795271003856950);
INSERT INTO "revision" VALUES('038fyfp7dbetz9x8k4y6bz1gh3z32',1,'Golden dust','038fyfp52c7wj55qbnmjd4p157s9c','','page',0,0,'',13,1795271003861921);
CREATE TABLE room (
	owner_id VARCHAR NOT NULL, 
	used INTEGER NOT NULL, 
	PRIMARY KEY (owner_id)
);
INSERT INTO "room" VALUES('038fyfp52c7wj55qbnmjd4p157s9c',47);
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
INSERT INTO "session" VALUES('448e809912e78b35b33a85236da71bc0f663bb71fbf03164d9ffe74bc9cd9385','038fyfp5fx5thm49gpnj3kvzgxccg','038fyfp52c7wj55qbnmjd4p157s9c','A Python program','127.0.0.1',1795271002878579,1795271003739383,1795271002878579,1797863003739383,NULL);
CREATE TABLE setting (
	"key" VARCHAR NOT NULL, 
	value VARCHAR NOT NULL, 
	PRIMARY KEY ("key")
);
INSERT INTO "setting" VALUES('instance','"038fyfp3ahqedvydd6bg8537j8bf4"');
INSERT INTO "setting" VALUES('seal_check','"gAAAAABrAalZ12Jxo8G3sNE5Iy9-KlT15BNaQvBYuixXF7wCvY8NHTMHqxVSjHn3hgx3LAewkfS1fIT8T2hapf0ArStwoH4oIA=="');
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
INSERT INTO "share" VALUES('038fyfp7d55qed0x2wyr4awae50jd','paste','038fyfp76tb6d9rs2qbhb75kmb73j','link','reader',NULL,'359af2160cb0c2c6d64e172b438d4b1e7092e6489f6d745fbce4b26c7c91f6a5','','',NULL,NULL,0,1795271003858217,'038fyfp52c7wj55qbnmjd4p157s9c',NULL);
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
INSERT INTO "space" VALUES('038fyfp52h0rfzryhbrw7915qwzmg','personal','Ada','038fyfp52c7wj55qbnmjd4p157s9c',1795271002664318,NULL);
INSERT INTO "space" VALUES('038fyfp596st76w9bthfggcv9qfrb','personal','Bob','038fyfp5943bn1425k9c1b56sybgm',1795271002771232,NULL);
INSERT INTO "space" VALUES('038fyfp59rrvbhk15gncrz9gtd1cc','shared','The library','038fyfp52c7wj55qbnmjd4p157s9c',1795271002780798,NULL);
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
INSERT INTO "tag" VALUES('paste','038fyfp76tb6d9rs2qbhb75kmb73j','tea');
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
	status VARCHAR NOT NULL, key_id VARCHAR DEFAULT '' NOT NULL, alias VARCHAR DEFAULT '' NOT NULL, reserved INTEGER, reserved_tokens INTEGER, estimated BOOLEAN DEFAULT '0' NOT NULL, cache BOOLEAN DEFAULT '0' NOT NULL, fallbacks INTEGER DEFAULT '0' NOT NULL, 
	PRIMARY KEY (id)
);
INSERT INTO "usage" VALUES('038fyfp6qnxf6btntcd27wyz9qeyz','038fyfp52c7wj55qbnmjd4p157s9c','page','chat','038fyfp5j7xfnract756h1r1shb9z','038fyfp5kgnbe4rt96a0f2h92ef1d','038fyfp5a65dpy8k1cm2mmf4tkd0b','038fyfp5agjred0z7wms2avw6m1a3','words-20','done','038fyfp2j3jgn7dhdv275jfr216cn',19,0,20,0,NULL,NULL,NULL,NULL,1795271003514784,1795271003550995,33586,35039,'stop','','',NULL,4106,0,0,0);
INSERT INTO "usage" VALUES('038fyfp6tbgq1pvnp8z8yap7mw53e','038fyfp52c7wj55qbnmjd4p157s9c','job','title','038fyfp5j7xfnract756h1r1shb9z','','038fyfp5a65dpy8k1cm2mmf4tkd0b','038fyfp5agjred0z7wms2avw6m1a3','words-20','done','038fyfp2j3jgn7dhdv275jfr216cn',119,0,20,0,NULL,NULL,NULL,NULL,1795271003557092,1795271003561514,2742,3468,'stop','','',NULL,1142,0,0,0);
INSERT INTO "usage" VALUES('038fyfp6wrjy7yhab2xs54zf6f73y','038fyfp52c7wj55qbnmjd4p157s9c','page','chat','038fyfp6vzht93ryhwm45w2ppa7k9','038fyfp6w5z59ngf3k8fw88st7bgm','038fyfp5a65dpy8k1cm2mmf4tkd0b','038fyfp5agjred0z7wms2avw6m1a3','words-20','done','038fyfp2j3jgn7dhdv275jfr216cn',37,0,20,0,NULL,NULL,NULL,NULL,1795271003596990,1795271003604864,5908,7334,'stop','','',NULL,4109,0,0,0);
INSERT INTO "usage" VALUES('038fyfp6y1wwayexabxac968jfv3x','038fyfp52c7wj55qbnmjd4p157s9c','job','title','038fyfp6vzht93ryhwm45w2ppa7k9','','038fyfp5a65dpy8k1cm2mmf4tkd0b','038fyfp5agjred0z7wms2avw6m1a3','words-20','done','038fyfp2j3jgn7dhdv275jfr216cn',137,0,20,0,NULL,NULL,NULL,NULL,1795271003616313,1795271003623974,6503,7301,'stop','','',NULL,1145,0,0,0);
INSERT INTO "usage" VALUES('038fyfp7086dqq7qpvfv9jerzj5p3','038fyfp52c7wj55qbnmjd4p157s9c','page','chat','038fyfp6zbz1zb0crs1s6nnvada4y','038fyfp6zg2mq30vprqzyrdrmvyqn','038fyfp5a65dpy8k1cm2mmf4tkd0b','038fyfp5agjred0z7wms2avw6m1a3','words-20','done','038fyfp2j3jgn7dhdv275jfr216cn',15,0,20,0,NULL,NULL,NULL,NULL,1795271003652661,1795271003664868,10359,11671,'stop','','',NULL,4101,0,0,0);
INSERT INTO "usage" VALUES('038fyfp71yx3a98pjt6kts1v080ha','038fyfp52c7wj55qbnmjd4p157s9c','job','title','038fyfp6zbz1zb0crs1s6nnvada4y','','038fyfp5a65dpy8k1cm2mmf4tkd0b','038fyfp5agjred0z7wms2avw6m1a3','words-20','done','038fyfp2j3jgn7dhdv275jfr216cn',115,0,20,0,NULL,NULL,NULL,NULL,1795271003679210,1795271003690390,3242,4069,'stop','','',NULL,1137,0,0,0);
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
COMMIT;
