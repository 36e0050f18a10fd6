PRAGMA user_version=1;
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
INSERT INTO "account" VALUES('038fwvvfc2fz2610ak2f9hqecbh8p','ada@example.org','Ada','admin','$argon2id$v=19$m=19456,t=2,p=1$3CBXsj6/1oZ45WavDCKczw$QMjS/WzaV5dJpUVVC41H9mvW4XuHqdUqYXVE7qqFC3I','','','',NULL,1795243826881550,1795243828152948,NULL);
INSERT INTO "account" VALUES('038fwvvfe7y0y5bxzytz3knen3cs3','bob@example.org','Bob','member','$argon2id$v=19$m=19456,t=2,p=1$+NpM309f3y2VtTTp2nrkPg$V6JYIlAZpEcf61aneBHXhguCKT0ahFuEsU2sUT3c8XY','','','',NULL,1795243826915632,NULL,NULL);
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0001');
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
INSERT INTO "audit" VALUES(1,1795243826884922,'','cli','','','accounts.add','038fwvvfc2fz2610ak2f9hqecbh8p','admin');
INSERT INTO "audit" VALUES(2,1795243826916766,'','cli','','','accounts.add','038fwvvfe7y0y5bxzytz3knen3cs3','member');
INSERT INTO "audit" VALUES(3,1795243826919638,'','cli','','','settings.change','','workspace');
INSERT INTO "audit" VALUES(4,1795243826922226,'038fwvvfc2fz2610ak2f9hqecbh8p','page','','','groups.create','038fwvvfekjza1acm84m6p8em6wwf','');
INSERT INTO "audit" VALUES(5,1795243826925301,'038fwvvfc2fz2610ak2f9hqecbh8p','page','','','groups.join','038fwvvfekjza1acm84m6p8em6wwf','038fwvvfe7y0y5bxzytz3knen3cs3');
INSERT INTO "audit" VALUES(6,1795243826926468,'038fwvvfc2fz2610ak2f9hqecbh8p','page','','','spaces.create','038fwvvfev7r7a4et1mjtbn9jey0f','');
INSERT INTO "audit" VALUES(7,1795243826929241,'038fwvvfc2fz2610ak2f9hqecbh8p','page','','','spaces.welcome','038fwvvfev7r7a4et1mjtbn9jey0f','038fwvvfe7y0y5bxzytz3knen3cs3 writer');
INSERT INTO "audit" VALUES(8,1795243826934102,'','cli','','','providers.add','038fwvvffbdqbg3rn6cqzg76n6nhd','golden http://127.0.0.1:34561/v1');
INSERT INTO "audit" VALUES(9,1795243826939008,'','cli','','','models.add','038fwvvffmy46wgp022z9wkmddpas','words-20');
INSERT INTO "audit" VALUES(10,1795243827031407,'038fwvvfc2fz2610ak2f9hqecbh8p','page','127.0.0.1','58xdbq3j8qz9','accounts.sign_in','038fwvvfnbeyesz1713myqr3ag5w2','A Python program');
INSERT INTO "audit" VALUES(11,1795243827062994,'038fwvvfc2fz2610ak2f9hqecbh8p','page','127.0.0.1','f7zwdtrc0mrq','chats.create','038fwvvfppn4re0yw65aw7qg4sqhm','');
INSERT INTO "audit" VALUES(12,1795243827963051,'038fwvvfc2fz2610ak2f9hqecbh8p','page','','','chats.rename','038fwvvfppn4re0yw65aw7qg4sqhm','');
INSERT INTO "audit" VALUES(13,1795243827968588,'038fwvvfc2fz2610ak2f9hqecbh8p','page','127.0.0.1','2d1patc6r0pk','chats.create','038fwvvhftn0k8hxy2t040mjfx448','');
INSERT INTO "audit" VALUES(14,1795243828061917,'038fwvvfc2fz2610ak2f9hqecbh8p','page','','','chats.rename','038fwvvhftn0k8hxy2t040mjfx448','');
INSERT INTO "audit" VALUES(15,1795243828067025,'038fwvvfc2fz2610ak2f9hqecbh8p','page','127.0.0.1','jsehpsbnfd8s','chats.create','038fwvvhp1rqa2d639qyvmqfv29nj','');
INSERT INTO "audit" VALUES(16,1795243828164294,'038fwvvfc2fz2610ak2f9hqecbh8p','page','','','chats.rename','038fwvvhp1rqa2d639qyvmqfv29nj','');
INSERT INTO "audit" VALUES(17,1795243828165302,'038fwvvfc2fz2610ak2f9hqecbh8p','page','','','chats.delete','038fwvvhp1rqa2d639qyvmqfv29nj','');
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
INSERT INTO "chat" VALUES('038fwvvfppn4re0yw65aw7qg4sqhm','038fwvvfc2fz2610ak2f9hqecbh8p','Golden 0','person','038fwvvfqbzq6nq43c75s3pjvvszr','038fwvvffmy46wgp022z9wkmddpas','',NULL,NULL,NULL,'',1795243827051850,1795243827905641,NULL,NULL,NULL);
INSERT INTO "chat" VALUES('038fwvvhftn0k8hxy2t040mjfx448','038fwvvfc2fz2610ak2f9hqecbh8p','Golden 1','person','038fwvvhfya4v7q3yakdjmcfnd1rq','038fwvvffmy46wgp022z9wkmddpas','',NULL,NULL,NULL,'',1795243827965324,1795243827999512,NULL,NULL,NULL);
INSERT INTO "chat" VALUES('038fwvvhp1rqa2d639qyvmqfv29nj','038fwvvfc2fz2610ak2f9hqecbh8p','Golden 2','person','038fwvvhp55fpaqp5kz6t7mmy2mwq','038fwvvffmy46wgp022z9wkmddpas','',NULL,NULL,NULL,'',1795243828063976,1795243828094953,NULL,NULL,1795243828164522);
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
INSERT INTO "groupmember" VALUES('038fwvvfekjza1acm84m6p8em6wwf','038fwvvfe7y0y5bxzytz3knen3cs3');
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
	finished_at INTEGER, 
	PRIMARY KEY (id)
);
INSERT INTO "job" VALUES('038fwvvhc200yxbyv61tkfw8y107z','chats.title','["038fwvvfppn4re0yw65aw7qg4sqhm","038fwvvfqbzq6nq43c75s3pjvvszr"]','{"id":"038fwvvfc2fz2610ak2f9hqecbh8p","name":"Ada","role":"admin","timezone":"","door":"page"}','done',0,1795243827905597,1,'038fwvve7md9nc7yz1p28z7nsrk45',NULL,1795243827905598,1795243827917959);
INSERT INTO "job" VALUES('038fwvvhhyb5hbb2c85tcpkheqbsa','chats.title','["038fwvvhftn0k8hxy2t040mjfx448","038fwvvhfya4v7q3yakdjmcfnd1rq"]','{"id":"038fwvvfc2fz2610ak2f9hqecbh8p","name":"Ada","role":"admin","timezone":"","door":"page"}','done',0,1795243827999426,1,'038fwvve7md9nc7yz1p28z7nsrk45',NULL,1795243827999426,1795243828008785);
INSERT INTO "job" VALUES('038fwvvhqxn58nzh7tn9jxxyqycpw','chats.title','["038fwvvhp1rqa2d639qyvmqfv29nj","038fwvvhp55fpaqp5kz6t7mmy2mwq"]','{"id":"038fwvvfc2fz2610ak2f9hqecbh8p","name":"Ada","role":"admin","timezone":"","door":"page"}','done',0,1795243828094862,1,'038fwvve7md9nc7yz1p28z7nsrk45',NULL,1795243828094863,1795243828110072);
INSERT INTO "job" VALUES('038fwvvhwbcq7hn96003ck0nevtqp','tests.someday','[1]','{"id":"038fwvvfc2fz2610ak2f9hqecbh8p","name":"","role":"admin","timezone":"","door":"page"}','queued',0,4611686018427387904,0,NULL,NULL,1795243828165648,NULL);
INSERT INTO "job" VALUES('038fwvvhwa5796s5ybp5nn66f41r3','tests.broken','[]','{}','failed',0,4611686018427387904,5,NULL,'It broke.',1795243828165689,NULL);
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
INSERT INTO "membership" VALUES('space','038fwvvfc69ns1s7sj43yp8eef4q7','038fwvvfc2fz2610ak2f9hqecbh8p','manager',1795243826883082,'038fwvvfc2fz2610ak2f9hqecbh8p');
INSERT INTO "membership" VALUES('space','038fwvvfe9ms6j9n4pd21xd4nbqxa','038fwvvfe7y0y5bxzytz3knen3cs3','manager',1795243826916219,'038fwvvfe7y0y5bxzytz3knen3cs3');
INSERT INTO "membership" VALUES('space','038fwvvfev7r7a4et1mjtbn9jey0f','038fwvvfc2fz2610ak2f9hqecbh8p','manager',1795243826925950,'038fwvvfc2fz2610ak2f9hqecbh8p');
INSERT INTO "membership" VALUES('space','038fwvvfev7r7a4et1mjtbn9jey0f','038fwvvfe7y0y5bxzytz3knen3cs3','writer',1795243826929003,'038fwvvfc2fz2610ak2f9hqecbh8p');
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
INSERT INTO "message" VALUES('038fwvvfq24kgqjjrjqd4sxz8xq3v','038fwvvfppn4re0yw65aw7qg4sqhm',NULL,0,'user','done','','038fwvvfc2fz2610ak2f9hqecbh8p:038fwvvfpcxhzt2zcxapkjv0eagf2',NULL,'','<p>Where does the river bend?</p>
','','',0,'','',1795243827058980,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "message" VALUES('038fwvvfqbzq6nq43c75s3pjvvszr','038fwvvfppn4re0yw65aw7qg4sqhm','038fwvvfq24kgqjjrjqd4sxz8xq3v',0,'assistant','done','038fwvve7md9nc7yz1p28z7nsrk45',NULL,'038fwvvffmy46wgp022z9wkmddpas','words-20','<p>word0 word1 word2 word3 word4 word5 word6 word7 word8 word9 word10 word11 word12 word13 word14 word15 word16 word17 word18 word19</p>
','','',0,'038fwvvh94k3czgs2yaxhzz7gfwze','stop',1795243827061688,1795243827063989,1795243827903598,1795243827905096,19,20,NULL);
INSERT INTO "message" VALUES('038fwvvhfx2qkxah84gbw7t1rgzba','038fwvvhftn0k8hxy2t040mjfx448',NULL,0,'user','done','','038fwvvfc2fz2610ak2f9hqecbh8p:038fwvvhfqpm0sbkfwn2h8ead91sp',NULL,'','<p>Ünïcode 漢字 👩‍👩‍👧</p>
','','',0,'','',1795243827967227,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "message" VALUES('038fwvvhfya4v7q3yakdjmcfnd1rq','038fwvvhftn0k8hxy2t040mjfx448','038fwvvhfx2qkxah84gbw7t1rgzba',0,'assistant','done','038fwvve7md9nc7yz1p28z7nsrk45',NULL,'038fwvvffmy46wgp022z9wkmddpas','words-20','<p>word0 word1 word2 word3 word4 word5 word6 word7 word8 word9 word10 word11 word12 word13 word14 word15 word16 word17 word18 word19</p>
','','',0,'038fwvvhga36ctc088m5x7y7spw5y','stop',1795243827968076,1795243827969140,1795243827990384,1795243827992216,37,20,NULL);
INSERT INTO "message" VALUES('038fwvvhp233zvj6zhvhkvd9nd64a','038fwvvhp1rqa2d639qyvmqfv29nj',NULL,0,'user','done','','038fwvvfc2fz2610ak2f9hqecbh8p:038fwvvhnxecpymkekct4hw1m842j',NULL,'','<p>To be deleted</p>
','','',0,'','',1795243828065680,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "message" VALUES('038fwvvhp55fpaqp5kz6t7mmy2mwq','038fwvvhp1rqa2d639qyvmqfv29nj','038fwvvhp233zvj6zhvhkvd9nd64a',0,'assistant','done','038fwvve7md9nc7yz1p28z7nsrk45',NULL,'038fwvvffmy46wgp022z9wkmddpas','words-20','<p>word0 word1 word2 word3 word4 word5 word6 word7 word8 word9 word10 word11 word12 word13 word14 word15 word16 word17 word18 word19</p>
','','',0,'038fwvvhpkbzntxktz1bks3dsg5w9','stop',1795243828066580,1795243828067512,1795243828090134,1795243828093915,15,20,NULL);
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
INSERT INTO "model" VALUES('038fwvvffmy46wgp022z9wkmddpas','038fwvvffbdqbg3rn6cqzg76n6nhd','words-20','',1,1,0,NULL,NULL,NULL,NULL,NULL,3.0,1795243826938149);
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
INSERT INTO "part" VALUES('038fwvvfq24kgqjjrjqd4sxz8xq3v',0,'text','Where does the river bend?',NULL);
INSERT INTO "part" VALUES('038fwvvfqbzq6nq43c75s3pjvvszr',0,'text','word0 word1 word2 word3 word4 word5 word6 word7 word8 word9 word10 word11 word12 word13 word14 word15 word16 word17 word18 word19',1624);
INSERT INTO "part" VALUES('038fwvvhfx2qkxah84gbw7t1rgzba',0,'text','Ünïcode 漢字 👩‍👩‍👧',NULL);
INSERT INTO "part" VALUES('038fwvvhfya4v7q3yakdjmcfnd1rq',0,'text','word0 word1 word2 word3 word4 word5 word6 word7 word8 word9 word10 word11 word12 word13 word14 word15 word16 word17 word18 word19',1926);
INSERT INTO "part" VALUES('038fwvvhp233zvj6zhvhkvd9nd64a',0,'text','To be deleted',NULL);
INSERT INTO "part" VALUES('038fwvvhp55fpaqp5kz6t7mmy2mwq',0,'text','word0 word1 word2 word3 word4 word5 word6 word7 word8 word9 word10 word11 word12 word13 word14 word15 word16 word17 word18 word19',3893);
CREATE TABLE people_group (
	id VARCHAR NOT NULL, 
	name VARCHAR NOT NULL, 
	created_at INTEGER NOT NULL, 
	PRIMARY KEY (id), 
	UNIQUE (name)
);
INSERT INTO "people_group" VALUES('038fwvvfekjza1acm84m6p8em6wwf','Readers',1795243826921421);
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
INSERT INTO "provider" VALUES('038fwvvffbdqbg3rn6cqzg76n6nhd','golden','other','http://127.0.0.1:34561/v1',X'67414141414142724154387963673851545576765955556B5F4D627233446E76716B6965736B2D6E7A6570306A4877656852625A3049575A32567250315342446F5F633772686D39684741454A44546341563730794A584E354C6D6D6C54324537413D3D',1,1795243826933131,NULL,'');
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
INSERT INTO "session" VALUES('5257ed7f6465fa0218977b547ca87ba45f52b9cf70d5af5514ed59f2c1daa705','038fwvvfnbeyesz1713myqr3ag5w2','038fwvvfc2fz2610ak2f9hqecbh8p','A Python program','127.0.0.1',1795243827029845,1795243828152948,1795243827029845,1797835828152948,NULL);
CREATE TABLE setting (
	"key" VARCHAR NOT NULL, 
	value VARCHAR NOT NULL, 
	PRIMARY KEY ("key")
);
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
INSERT INTO "space" VALUES('038fwvvfc69ns1s7sj43yp8eef4q7','personal','Ada','038fwvvfc2fz2610ak2f9hqecbh8p',1795243826883082,NULL);
INSERT INTO "space" VALUES('038fwvvfe9ms6j9n4pd21xd4nbqxa','personal','Bob','038fwvvfe7y0y5bxzytz3knen3cs3',1795243826916219,NULL);
INSERT INTO "space" VALUES('038fwvvfev7r7a4et1mjtbn9jey0f','shared','The library','038fwvvfc2fz2610ak2f9hqecbh8p',1795243826925950,NULL);
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
INSERT INTO "usage" VALUES('038fwvvh94k3czgs2yaxhzz7gfwze','038fwvvfc2fz2610ak2f9hqecbh8p','page','chat','038fwvvfppn4re0yw65aw7qg4sqhm','038fwvvfqbzq6nq43c75s3pjvvszr','038fwvvffbdqbg3rn6cqzg76n6nhd','038fwvvffmy46wgp022z9wkmddpas','words-20','done','038fwvve7md9nc7yz1p28z7nsrk45',19,0,20,0,NULL,NULL,NULL,NULL,1795243827858696,1795243827904736,44295,45564,'stop');
INSERT INTO "usage" VALUES('038fwvvhcd95jr19wj71grpxj7tbf','038fwvvfc2fz2610ak2f9hqecbh8p','job','title','038fwvvfppn4re0yw65aw7qg4sqhm','','038fwvvffbdqbg3rn6cqzg76n6nhd','038fwvvffmy46wgp022z9wkmddpas','words-20','done','038fwvve7md9nc7yz1p28z7nsrk45',119,0,20,0,NULL,NULL,NULL,NULL,1795243827910576,1795243827914533,2819,3664,'stop');
INSERT INTO "usage" VALUES('038fwvvhga36ctc088m5x7y7spw5y','038fwvvfc2fz2610ak2f9hqecbh8p','page','chat','038fwvvhftn0k8hxy2t040mjfx448','038fwvvhfya4v7q3yakdjmcfnd1rq','038fwvvffbdqbg3rn6cqzg76n6nhd','038fwvvffmy46wgp022z9wkmddpas','words-20','done','038fwvve7md9nc7yz1p28z7nsrk45',37,0,20,0,NULL,NULL,NULL,NULL,1795243827973927,1795243827991440,7875,9017,'stop');
INSERT INTO "usage" VALUES('038fwvvhj5pwbbs80fj7nrja7srvf','038fwvvfc2fz2610ak2f9hqecbh8p','job','title','038fwvvhftn0k8hxy2t040mjfx448','','038fwvvffbdqbg3rn6cqzg76n6nhd','038fwvvffmy46wgp022z9wkmddpas','words-20','done','038fwvve7md9nc7yz1p28z7nsrk45',137,0,20,0,NULL,NULL,NULL,NULL,1795243828002630,1795243828006786,3198,3905,'stop');
INSERT INTO "usage" VALUES('038fwvvhpkbzntxktz1bks3dsg5w9','038fwvvfc2fz2610ak2f9hqecbh8p','page','chat','038fwvvhp1rqa2d639qyvmqfv29nj','038fwvvhp55fpaqp5kz6t7mmy2mwq','038fwvvffbdqbg3rn6cqzg76n6nhd','038fwvvffmy46wgp022z9wkmddpas','words-20','done','038fwvve7md9nc7yz1p28z7nsrk45',15,0,20,0,NULL,NULL,NULL,NULL,1795243828073255,1795243828091115,3105,4205,'stop');
INSERT INTO "usage" VALUES('038fwvvhrg6fmny5afrq0c1jhe92s','038fwvvfc2fz2610ak2f9hqecbh8p','job','title','038fwvvhp1rqa2d639qyvmqfv29nj','','038fwvvffbdqbg3rn6cqzg76n6nhd','038fwvvffmy46wgp022z9wkmddpas','words-20','done','038fwvve7md9nc7yz1p28z7nsrk45',115,0,20,0,NULL,NULL,NULL,NULL,1795243828104888,1795243828108389,2605,3238,'stop');
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
CREATE INDEX ix_job_state ON job (state);
COMMIT;
