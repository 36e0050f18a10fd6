PRAGMA user_version=3;
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
INSERT INTO "account" VALUES('038fxc8svstspgm2e2r4qx5z71cfn','ada@example.org','Ada','admin','$argon2id$v=19$m=19456,t=2,p=1$bN6GHZx1H0ACQF1bD/fnRg$dxENRwwWkB2FxptcSacVpgwafkMdKHwLLROLTPbp3W8','','','',NULL,1795252433852986,1795252435046612,NULL);
INSERT INTO "account" VALUES('038fxc8sxzsxay72ntrj58gktjb3j','bob@example.org','Bob','member','$argon2id$v=19$m=19456,t=2,p=1$i5QSe5dql7Gne6JTqu9opA$aUy92XZwtNXNEz6sVAUW/wB0XYlLqRii/X2cV4962Pk','','','',NULL,1795252433887726,NULL,NULL);
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0003');
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
INSERT INTO "audit" VALUES(1,1795252433857482,'','cli','','','accounts.add','038fxc8svstspgm2e2r4qx5z71cfn','admin');
INSERT INTO "audit" VALUES(2,1795252433888851,'','cli','','','accounts.add','038fxc8sxzsxay72ntrj58gktjb3j','member');
INSERT INTO "audit" VALUES(3,1795252433890584,'','cli','','','settings.change','','workspace');
INSERT INTO "audit" VALUES(4,1795252433893245,'038fxc8svstspgm2e2r4qx5z71cfn','page','','','groups.create','038fxc8sy8318yw5hms5dfczvfjf9','');
INSERT INTO "audit" VALUES(5,1795252433896356,'038fxc8svstspgm2e2r4qx5z71cfn','page','','','groups.join','038fxc8sy8318yw5hms5dfczvfjf9','038fxc8sxzsxay72ntrj58gktjb3j');
INSERT INTO "audit" VALUES(6,1795252433897354,'038fxc8svstspgm2e2r4qx5z71cfn','page','','','spaces.create','038fxc8sygdr5zz49vcmbqzddna36','');
INSERT INTO "audit" VALUES(7,1795252433900090,'038fxc8svstspgm2e2r4qx5z71cfn','page','','','spaces.welcome','038fxc8sygdr5zz49vcmbqzddna36','038fxc8sxzsxay72ntrj58gktjb3j writer');
INSERT INTO "audit" VALUES(8,1795252433902862,'','cli','','','providers.add','038fxc8syxhnnm67ccah3fqd28ddg','golden http://127.0.0.1:37949/v1');
INSERT INTO "audit" VALUES(9,1795252433906681,'','cli','','','models.add','038fxc8sz3f9y3gshchzjhmkvfn6g','words-20');
INSERT INTO "audit" VALUES(10,1795252433995602,'038fxc8svstspgm2e2r4qx5z71cfn','page','127.0.0.1','8qmbr8n5g65a','accounts.sign_in','038fxc8t4n40kynwkqxexkdbxydp1','A Python program');
INSERT INTO "audit" VALUES(11,1795252434029618,'038fxc8svstspgm2e2r4qx5z71cfn','page','127.0.0.1','9mb48a1tcpyk','chats.create','038fxc8t621bqmwf3qe2vnmbe0gxf','');
INSERT INTO "audit" VALUES(12,1795252434850509,'038fxc8svstspgm2e2r4qx5z71cfn','page','','','chats.rename','038fxc8t621bqmwf3qe2vnmbe0gxf','');
INSERT INTO "audit" VALUES(13,1795252434856667,'038fxc8svstspgm2e2r4qx5z71cfn','page','127.0.0.1','8g6zyvdq3ark','chats.create','038fxc8vtbtkqhwqftr8eev1ym6ej','');
INSERT INTO "audit" VALUES(14,1795252434955259,'038fxc8svstspgm2e2r4qx5z71cfn','page','','','chats.rename','038fxc8vtbtkqhwqftr8eev1ym6ej','');
INSERT INTO "audit" VALUES(15,1795252434961108,'038fxc8svstspgm2e2r4qx5z71cfn','page','127.0.0.1','dbb3vzn66vd4','chats.create','038fxc8w0ttmhmp0gmdgpntbds2wm','');
INSERT INTO "audit" VALUES(16,1795252435058967,'038fxc8svstspgm2e2r4qx5z71cfn','page','','','chats.rename','038fxc8w0ttmhmp0gmdgpntbds2wm','');
INSERT INTO "audit" VALUES(17,1795252435059952,'038fxc8svstspgm2e2r4qx5z71cfn','page','','','chats.delete','038fxc8w0ttmhmp0gmdgpntbds2wm','');
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
INSERT INTO "chat" VALUES('038fxc8t621bqmwf3qe2vnmbe0gxf','038fxc8svstspgm2e2r4qx5z71cfn','Golden 0','person','038fxc8t6q4b8z5932t15d280ew2w','038fxc8sz3f9y3gshchzjhmkvfn6g','',NULL,NULL,NULL,'',1795252434017351,1795252434787269,NULL,NULL,NULL);
INSERT INTO "chat" VALUES('038fxc8vtbtkqhwqftr8eev1ym6ej','038fxc8svstspgm2e2r4qx5z71cfn','Golden 1','person','038fxc8vteztaydvhnh6gbg2etmxa','038fxc8sz3f9y3gshchzjhmkvfn6g','',NULL,NULL,NULL,'',1795252434852693,1795252434879296,NULL,NULL,NULL);
INSERT INTO "chat" VALUES('038fxc8w0ttmhmp0gmdgpntbds2wm','038fxc8svstspgm2e2r4qx5z71cfn','Golden 2','person','038fxc8w115b29gwaayj9egxgzjea','038fxc8sz3f9y3gshchzjhmkvfn6g','',NULL,NULL,NULL,'',1795252434957369,1795252434992685,NULL,NULL,1795252435059146);
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
INSERT INTO "groupmember" VALUES('038fxc8sy8318yw5hms5dfczvfjf9','038fxc8sxzsxay72ntrj58gktjb3j');
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
INSERT INTO "job" VALUES('038fxc8vp6c391626t9p8hwsmmfee','chats.title','["038fxc8t621bqmwf3qe2vnmbe0gxf","038fxc8t6q4b8z5932t15d280ew2w"]','{"id":"038fxc8svstspgm2e2r4qx5z71cfn","name":"Ada","role":"admin","timezone":"","door":"page"}','done',0,0,1,NULL,NULL,1795252434787193,1795252434797082,1,5,NULL,NULL,100,'',NULL,1795252434787988,NULL);
INSERT INTO "job" VALUES('038fxc8vvz4a29gj5q0vqvd66spy1','chats.title','["038fxc8vtbtkqhwqftr8eev1ym6ej","038fxc8vteztaydvhnh6gbg2etmxa"]','{"id":"038fxc8svstspgm2e2r4qx5z71cfn","name":"Ada","role":"admin","timezone":"","door":"page"}','done',0,0,1,NULL,NULL,1795252434879183,1795252434898999,2,5,NULL,NULL,100,'',NULL,1795252434888433,NULL);
INSERT INTO "job" VALUES('038fxc8w2j8kck3ynd4wrgh27vy3q','chats.title','["038fxc8w0ttmhmp0gmdgpntbds2wm","038fxc8w115b29gwaayj9egxgzjea"]','{"id":"038fxc8svstspgm2e2r4qx5z71cfn","name":"Ada","role":"admin","timezone":"","door":"page"}','done',0,0,1,NULL,NULL,1795252434985229,1795252435001828,3,5,NULL,NULL,100,'',NULL,1795252434994424,NULL);
INSERT INTO "job" VALUES('038fxc8w78mp4k8qc4qz4aay6axwx','tests.someday','[1]','{"id":"038fxc8svstspgm2e2r4qx5z71cfn","name":"","role":"admin","timezone":"","door":"page"}','queued',0,4611686018427387904,0,NULL,NULL,1795252435060172,NULL,4,5,NULL,NULL,0,'',NULL,NULL,NULL);
INSERT INTO "job" VALUES('038fxc8w79bhxszddq5mh7j7wt4ws','tests.broken','[]','{}','dead',0,4611686018427387904,5,NULL,'It broke.',1795252435060321,NULL,5,5,NULL,NULL,0,'',NULL,NULL,NULL);
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
INSERT INTO "membership" VALUES('space','038fxc8svxs0fz7szm9eg6dmjvgmm','038fxc8svstspgm2e2r4qx5z71cfn','manager',1795252433854517,'038fxc8svstspgm2e2r4qx5z71cfn');
INSERT INTO "membership" VALUES('space','038fxc8sy1dswds7h8bjwmhrca6s9','038fxc8sxzsxay72ntrj58gktjb3j','manager',1795252433888258,'038fxc8sxzsxay72ntrj58gktjb3j');
INSERT INTO "membership" VALUES('space','038fxc8sygdr5zz49vcmbqzddna36','038fxc8svstspgm2e2r4qx5z71cfn','manager',1795252433896779,'038fxc8svstspgm2e2r4qx5z71cfn');
INSERT INTO "membership" VALUES('space','038fxc8sygdr5zz49vcmbqzddna36','038fxc8sxzsxay72ntrj58gktjb3j','writer',1795252433899839,'038fxc8svstspgm2e2r4qx5z71cfn');
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
INSERT INTO "message" VALUES('038fxc8t6e1nj93a1a738mqafn658','038fxc8t621bqmwf3qe2vnmbe0gxf',NULL,0,'user','done','','038fxc8svstspgm2e2r4qx5z71cfn:038fxc8t5v3mevghqydx8cjvt0ww9',NULL,'','<p>Where does the river bend?</p>
','','',0,'','',1795252434024561,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "message" VALUES('038fxc8t6q4b8z5932t15d280ew2w','038fxc8t621bqmwf3qe2vnmbe0gxf','038fxc8t6e1nj93a1a738mqafn658',0,'assistant','done','038fxc8r7xtbwbvk34sxvt2n7bfbn',NULL,'038fxc8sz3f9y3gshchzjhmkvfn6g','words-20','<p>word0 word1 word2 word3 word4 word5 word6 word7 word8 word9 word10 word11 word12 word13 word14 word15 word16 word17 word18 word19</p>
','','',0,'038fxc8vkgzg756n8mrwkftdgfvgb','stop',1795252434028468,1795252434030571,1795252434773129,1795252434775812,19,20,NULL);
INSERT INTO "message" VALUES('038fxc8vtdzx3749cn03pq5xh53f9','038fxc8vtbtkqhwqftr8eev1ym6ej',NULL,0,'user','done','','038fxc8svstspgm2e2r4qx5z71cfn:038fxc8vt46vt1x2x5x77ak9zmgq4',NULL,'','<p>Ünïcode 漢字 👩‍👩‍👧</p>
','','',0,'','',1795252434855263,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "message" VALUES('038fxc8vteztaydvhnh6gbg2etmxa','038fxc8vtbtkqhwqftr8eev1ym6ej','038fxc8vtdzx3749cn03pq5xh53f9',0,'assistant','done','038fxc8r7xtbwbvk34sxvt2n7bfbn',NULL,'038fxc8sz3f9y3gshchzjhmkvfn6g','words-20','<p>word0 word1 word2 word3 word4 word5 word6 word7 word8 word9 word10 word11 word12 word13 word14 word15 word16 word17 word18 word19</p>
','','',0,'038fxc8vvbjbh8g4prjez9ea1167c','stop',1795252434856157,1795252434856966,1795252434874577,1795252434878074,37,20,NULL);
INSERT INTO "message" VALUES('038fxc8w0z9qpzphj9nnfe5ty1q80','038fxc8w0ttmhmp0gmdgpntbds2wm',NULL,0,'user','done','','038fxc8svstspgm2e2r4qx5z71cfn:038fxc8w0q273r63eg6xy382paqmk',NULL,'','<p>To be deleted</p>
','','',0,'','',1795252434959456,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "message" VALUES('038fxc8w115b29gwaayj9egxgzjea','038fxc8w0ttmhmp0gmdgpntbds2wm','038fxc8w0z9qpzphj9nnfe5ty1q80',0,'assistant','done','038fxc8r7xtbwbvk34sxvt2n7bfbn',NULL,'038fxc8sz3f9y3gshchzjhmkvfn6g','words-20','<p>word0 word1 word2 word3 word4 word5 word6 word7 word8 word9 word10 word11 word12 word13 word14 word15 word16 word17 word18 word19</p>
','','',0,'038fxc8w1exdkq1a1n0mjc93brhjf','stop',1795252434960473,1795252434961520,1795252434979747,1795252434982811,15,20,NULL);
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
INSERT INTO "model" VALUES('038fxc8sz3f9y3gshchzjhmkvfn6g','038fxc8syxhnnm67ccah3fqd28ddg','words-20','',1,1,0,NULL,NULL,NULL,NULL,NULL,3.0,1795252433905851);
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
INSERT INTO "part" VALUES('038fxc8t6e1nj93a1a738mqafn658',0,'text','Where does the river bend?',NULL);
INSERT INTO "part" VALUES('038fxc8t6q4b8z5932t15d280ew2w',0,'text','word0 word1 word2 word3 word4 word5 word6 word7 word8 word9 word10 word11 word12 word13 word14 word15 word16 word17 word18 word19',2821);
INSERT INTO "part" VALUES('038fxc8vtdzx3749cn03pq5xh53f9',0,'text','Ünïcode 漢字 👩‍👩‍👧',NULL);
INSERT INTO "part" VALUES('038fxc8vteztaydvhnh6gbg2etmxa',0,'text','word0 word1 word2 word3 word4 word5 word6 word7 word8 word9 word10 word11 word12 word13 word14 word15 word16 word17 word18 word19',3579);
INSERT INTO "part" VALUES('038fxc8w0z9qpzphj9nnfe5ty1q80',0,'text','To be deleted',NULL);
INSERT INTO "part" VALUES('038fxc8w115b29gwaayj9egxgzjea',0,'text','word0 word1 word2 word3 word4 word5 word6 word7 word8 word9 word10 word11 word12 word13 word14 word15 word16 word17 word18 word19',3184);
CREATE TABLE people_group (
	id VARCHAR NOT NULL, 
	name VARCHAR NOT NULL, 
	created_at INTEGER NOT NULL, 
	PRIMARY KEY (id), 
	UNIQUE (name)
);
INSERT INTO "people_group" VALUES('038fxc8sy8318yw5hms5dfczvfjf9','Readers',1795252433892369);
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
INSERT INTO "provider" VALUES('038fxc8syxhnnm67ccah3fqd28ddg','golden','other','http://127.0.0.1:37949/v1',X'674141414141427241574452614D757A515A68446664304D735F69465F50395F74626459635F734F566442584345334838432D4D32335154613872766878554974764B444147554A547530462D523331515F6F666A626863384F424F6C6A577664673D3D',1,1795252433902038,NULL,'',NULL,'');
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
INSERT INTO "session" VALUES('50a45f6538c8080964b82442e5598c95247dfd60851896adb53dc3d2aa603822','038fxc8t4n40kynwkqxexkdbxydp1','038fxc8svstspgm2e2r4qx5z71cfn','A Python program','127.0.0.1',1795252433994132,1795252435046612,1795252433994132,1797844435046612,NULL);
CREATE TABLE setting (
	"key" VARCHAR NOT NULL, 
	value VARCHAR NOT NULL, 
	PRIMARY KEY ("key")
);
INSERT INTO "setting" VALUES('instance','"038fxc8rvbdp01k6xf73qgaer75de"');
INSERT INTO "setting" VALUES('seal_check','"gAAAAABrAWDRP6gUdQpl3lpRlZ6YhQ75Xqi2F_xtGTA2yay9bW29MY_x9d7xQud7o-lf-64jojI0waENIKpxGbHN47e9EWWakA=="');
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
INSERT INTO "space" VALUES('038fxc8svxs0fz7szm9eg6dmjvgmm','personal','Ada','038fxc8svstspgm2e2r4qx5z71cfn',1795252433854517,NULL);
INSERT INTO "space" VALUES('038fxc8sy1dswds7h8bjwmhrca6s9','personal','Bob','038fxc8sxzsxay72ntrj58gktjb3j',1795252433888258,NULL);
INSERT INTO "space" VALUES('038fxc8sygdr5zz49vcmbqzddna36','shared','The library','038fxc8svstspgm2e2r4qx5z71cfn',1795252433896779,NULL);
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
INSERT INTO "usage" VALUES('038fxc8vkgzg756n8mrwkftdgfvgb','038fxc8svstspgm2e2r4qx5z71cfn','page','chat','038fxc8t621bqmwf3qe2vnmbe0gxf','038fxc8t6q4b8z5932t15d280ew2w','038fxc8syxhnnm67ccah3fqd28ddg','038fxc8sz3f9y3gshchzjhmkvfn6g','words-20','done','038fxc8r7xtbwbvk34sxvt2n7bfbn',19,0,20,0,NULL,NULL,NULL,NULL,1795252434744060,1795252434774868,28449,30312,'stop','','',NULL,4106,0,0,0);
INSERT INTO "usage" VALUES('038fxc8vpe6r7bxvcb9xcwggk8qkp','038fxc8svstspgm2e2r4qx5z71cfn','job','title','038fxc8t621bqmwf3qe2vnmbe0gxf','','038fxc8syxhnnm67ccah3fqd28ddg','038fxc8sz3f9y3gshchzjhmkvfn6g','words-20','done','038fxc8r7xtbwbvk34sxvt2n7bfbn',119,0,20,0,NULL,NULL,NULL,NULL,1795252434791202,1795252434794784,2650,3334,'stop','','',NULL,1142,0,0,0);
INSERT INTO "usage" VALUES('038fxc8vvbjbh8g4prjez9ea1167c','038fxc8svstspgm2e2r4qx5z71cfn','page','chat','038fxc8vtbtkqhwqftr8eev1ym6ej','038fxc8vteztaydvhnh6gbg2etmxa','038fxc8syxhnnm67ccah3fqd28ddg','038fxc8sz3f9y3gshchzjhmkvfn6g','words-20','done','038fxc8r7xtbwbvk34sxvt2n7bfbn',37,0,20,0,NULL,NULL,NULL,NULL,1795252434869623,1795252434875572,2965,4025,'stop','','',NULL,4109,0,0,0);
INSERT INTO "usage" VALUES('038fxc8vwtjg4tvfvpycdrb6k0awv','038fxc8svstspgm2e2r4qx5z71cfn','job','title','038fxc8vtbtkqhwqftr8eev1ym6ej','','038fxc8syxhnnm67ccah3fqd28ddg','038fxc8sz3f9y3gshchzjhmkvfn6g','words-20','done','038fxc8r7xtbwbvk34sxvt2n7bfbn',137,0,20,0,NULL,NULL,NULL,NULL,1795252434893449,1795252434897308,2516,3184,'stop','','',NULL,1145,0,0,0);
INSERT INTO "usage" VALUES('038fxc8w1exdkq1a1n0mjc93brhjf','038fxc8svstspgm2e2r4qx5z71cfn','page','chat','038fxc8w0ttmhmp0gmdgpntbds2wm','038fxc8w115b29gwaayj9egxgzjea','038fxc8syxhnnm67ccah3fqd28ddg','038fxc8sz3f9y3gshchzjhmkvfn6g','words-20','done','038fxc8r7xtbwbvk34sxvt2n7bfbn',15,0,20,0,NULL,NULL,NULL,NULL,1795252434967105,1795252434981550,3856,5756,'stop','','',NULL,4101,0,0,0);
INSERT INTO "usage" VALUES('038fxc8w3830jcpn56nky26x9yj9m','038fxc8svstspgm2e2r4qx5z71cfn','job','title','038fxc8w0ttmhmp0gmdgpntbds2wm','','038fxc8syxhnnm67ccah3fqd28ddg','038fxc8sz3f9y3gshchzjhmkvfn6g','words-20','done','038fxc8r7xtbwbvk34sxvt2n7bfbn',115,0,20,0,NULL,NULL,NULL,NULL,1795252434996630,1795252435000093,2525,3193,'stop','','',NULL,1137,0,0,0);
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
COMMIT;
