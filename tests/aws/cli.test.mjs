// The unmodified AWS CLI against a running server, as somebody uses it who has one endpoint and one key: users, groups,
// policies and roles, what is allowed and what is refused, MFA with real codes. What is said to a program is said exactly.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { startDemo } from '../browser/rig.mjs';
import { totp } from '../browser/totp.mjs';

const run = promisify(execFile);
const AWS = process.env.AWS_CLI ?? 'aws';

let house;
let folder;

before(async () => {
  house = await startDemo(null);
  folder = await mkdtemp(join(tmpdir(), 'gatelodge-aws-'));
});
after(async () => {
  await house?.stop();
  if (folder) await rm(folder, { recursive: true });
});

/** Somebody with these credentials at a terminal of their own. */
function somebody(keys) {
  const env = {
    PATH: process.env.PATH,
    HOME: folder,
    LANG: 'C.UTF-8',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_PAGER: '',
    ...house.demo.awsEnvironment,
    ...keys,
  };
  const aws = async (line, ...rest) => {
    const words = [...line.split(' '), ...rest, '--output', 'json', '--endpoint-url', house.demo.endpoint];
    const { stdout } = await run(AWS, words, { env, maxBuffer: 1e7 });
    return stdout.trim() ? JSON.parse(stdout) : undefined;
  };
  /** The same where it must be refused with this code: gives the sentence. */
  aws.refused = async (code, line, ...rest) => {
    const refused = await aws(line, ...rest).then(
      () => assert.fail(`${line} was not refused`),
      (error) => error.stderr,
    );
    const told = /An error occurred \((\w+)\) when calling the \w+ operation(?: \(reached max retries: \d+\))?: (.*)/s.exec(refused);
    assert.ok(told, refused);
    assert.equal(told[1], code, refused);
    return told[2].trim();
  };
  return aws;
}

const root = () => somebody({});

/** A new user with a key, and somebody who has it. */
async function user(name) {
  const { User } = await root()(`iam create-user --user-name ${name}`);
  const { AccessKey } = await root()(`iam create-access-key --user-name ${name}`);
  const keys = { AWS_ACCESS_KEY_ID: AccessKey.AccessKeyId, AWS_SECRET_ACCESS_KEY: AccessKey.SecretAccessKey };
  return { ...User, keys, aws: somebody(keys) };
}

const session = ({ Credentials }) => somebody({
  AWS_ACCESS_KEY_ID: Credentials.AccessKeyId,
  AWS_SECRET_ACCESS_KEY: Credentials.SecretAccessKey,
  AWS_SESSION_TOKEN: Credentials.SessionToken,
});

const policy = (...statements) => JSON.stringify({ Version: '2012-10-17', Statement: statements });
const allow = (Action, Resource = '*') => ({ Effect: 'Allow', Action, Resource });

/** Two codes in a row, as the options of a command. */
function pair(seed, skew = 0) {
  const at = Date.now();
  const [first, second] = [totp(seed, { at, skew: skew - 30 }), totp(seed, { at, skew })];
  return `--authentication-code1 ${first} --authentication-code2 ${second}`;
}

/** A device of this user, assigned by two codes of it: its serial number and its seed. */
async function device(name, owner) {
  const file = join(folder, `${name}.seed`);
  const made = await root()(`iam create-virtual-mfa-device --virtual-mfa-device-name ${name} --bootstrap-method Base32StringSeed --outfile`, file);
  const serial = made.VirtualMFADevice.SerialNumber;
  const seed = (await readFile(file, 'utf8')).trim();
  await root()(`iam enable-mfa-device --user-name ${owner} --serial-number ${serial} ${pair(seed)}`);
  return { serial, seed };
}

test('a root user is told who it is, and makes a user who is told the same', async () => {
  const account = house.demo.identities.root.accountId;
  const me = await root()('sts get-caller-identity');
  assert.deepEqual(me, { UserId: account, Account: account, Arn: `arn:aws:iam::${account}:root` });
  const anna = await user('Anna');
  assert.match(anna.UserId, /^AIDA[A-Z2-7]{17}$/);
  assert.equal((await anna.aws('sts get-caller-identity')).Arn, `arn:aws:iam::${account}:user/Anna`);
  const info = await root()(`sts get-access-key-info --access-key-id ${anna.keys.AWS_ACCESS_KEY_ID}`);
  assert.equal(info.Account, account);
  assert.match(await root().refused('EntityAlreadyExists', 'iam create-user --user-name ANNA'), /ANNA already exists/);
  assert.equal(await root().refused('NoSuchEntity', 'iam get-user --user-name nobody'), 'The user with name nobody cannot be found.');
});

test('policies of a group allow, and a policy of the user denies', async () => {
  const ben = await user('Ben');
  const said = await ben.aws.refused('AccessDenied', 'iam list-users');
  assert.equal(said, `User: ${ben.Arn} is not authorized to perform: iam:ListUsers on resource: ${ben.Arn.replace('/Ben', '/')} because no identity-based policy allows the iam:ListUsers action`);
  await root()('iam create-group --group-name readers');
  await root()('iam add-user-to-group --group-name readers --user-name Ben');
  const made = await root()('iam create-policy --policy-name look --policy-document', policy(allow(['iam:List*', 'iam:GetUser'])));
  await root()(`iam attach-group-policy --group-name readers --policy-arn ${made.Policy.Arn}`);
  const { Users } = await ben.aws('iam list-users');
  assert.ok(Users.some((one) => one.UserName === 'Ben'));
  await root()('iam put-user-policy --user-name Ben --policy-name no --policy-document', policy({ ...allow('iam:ListUsers'), Effect: 'Deny' }));
  assert.match(await ben.aws.refused('AccessDenied', 'iam list-users'), /with an explicit deny in an identity-based policy$/);
  assert.equal((await ben.aws('iam get-user')).User.UserName, 'Ben');

  const second = await root()(`iam create-policy-version --policy-arn ${made.Policy.Arn} --set-as-default --policy-document`, policy(allow('iam:ListGroups')));
  assert.equal(second.PolicyVersion.VersionId, 'v2');
  await ben.aws.refused('AccessDenied', 'iam get-user');
  const { Groups } = await ben.aws('iam list-groups');
  assert.deepEqual(Groups.map((one) => one.GroupName), ['readers']);
  assert.match(await root().refused('DeleteConflict', `iam delete-policy --policy-arn ${made.Policy.Arn}`), /attached to entities/);
});

test('a role that demands MFA is refused without it and assumed with it', async () => {
  const chen = await user('Chen');
  await root()('iam put-user-policy --user-name Chen --policy-name assume --policy-document', policy(allow('sts:AssumeRole')));
  const trust = policy({
    Effect: 'Allow',
    Principal: { AWS: chen.Arn },
    Action: 'sts:AssumeRole',
    Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } },
  });
  const { Role } = await root()('iam create-role --role-name Admin --assume-role-policy-document', trust);
  await root()('iam attach-role-policy --role-name Admin --policy-arn arn:aws:iam::aws:policy/IAMReadOnlyAccess');
  const { serial, seed } = await device('chen', 'Chen');

  const assume = `sts assume-role --role-session-name night --role-arn ${Role.Arn}`;
  assert.equal(await chen.aws.refused('AccessDenied', assume), `User: ${chen.Arn} is not authorized to perform: sts:AssumeRole on resource: ${Role.Arn}`);
  const nowhere = `sts assume-role --role-session-name night --role-arn ${Role.Arn}s`;
  assert.equal(await chen.aws.refused('AccessDenied', nowhere), `User: ${chen.Arn} is not authorized to perform: sts:AssumeRole on resource: ${Role.Arn}s`);
  assert.equal(await root().refused('AccessDenied', assume), 'Roles may not be assumed by root accounts.');

  const wrong = String((Number(totp(seed)) + 1) % 1_000_000).padStart(6, '0');
  assert.equal(await chen.aws.refused('AccessDenied', `${assume} --serial-number ${serial} --token-code ${wrong}`), 'MultiFactorAuthentication failed with invalid MFA one time pass code.');
  assert.match(await chen.aws.refused('AccessDenied', `${assume} --serial-number ${serial.replace(':mfa/', ':user/')} --token-code ${totp(seed)}`), /unable to validate MFA code\. {2}Please verify/);
  assert.match(await chen.aws.refused('AccessDenied', `${assume} --serial-number ${serial}`), /must provide both MFA serial number and one time pass code/);

  const code = totp(seed);
  const admin = session(await chen.aws(`${assume} --serial-number ${serial} --token-code ${code}`));
  await chen.aws.refused('AccessDenied', `${assume} --serial-number ${serial} --token-code ${code}`);
  const me = await admin('sts get-caller-identity');
  assert.equal(me.Arn, `arn:aws:sts::${me.Account}:assumed-role/Admin/night`);
  assert.ok((await admin('iam list-users')).Users.length > 0);
  assert.match(await admin.refused('AccessDenied', 'iam create-user --user-name Eve'), /no identity-based policy allows the iam:CreateUser action$/);

  // Her own session with MFA serves as well, without another code; without MFA it is good for nothing in IAM.
  const next = totp(seed, { skew: 30 });
  const proved = session(await chen.aws(`sts get-session-token --serial-number ${serial} --token-code ${next}`));
  const again = session(await proved(assume));
  assert.equal((await again('sts get-caller-identity')).Arn, me.Arn);
  const plain = session(await chen.aws('sts get-session-token'));
  await plain.refused('InvalidClientTokenId', 'iam get-user');
  assert.equal(await plain.refused('AccessDenied', 'sts get-session-token'), 'Cannot call GetSessionToken with session credentials');

  // What a key got ends with the key.
  await root()(`iam update-access-key --user-name Chen --status Inactive --access-key-id ${chen.keys.AWS_ACCESS_KEY_ID}`);
  for (const one of [chen.aws, admin, proved, again]) {
    assert.equal(await one.refused('InvalidClientTokenId', 'sts get-caller-identity'), 'The security token included in the request is invalid.');
  }
});

test('a device is resynchronized, taken off and thrown away', async () => {
  await user('Dora');
  const { serial, seed } = await device('dora', 'Dora');
  await root()(`iam resync-mfa-device --user-name Dora --serial-number ${serial} ${pair(seed, 3_600)}`);
  assert.equal(await root().refused('InvalidAuthenticationCode', `iam resync-mfa-device --user-name Dora --serial-number ${serial} --authentication-code1 000000 --authentication-code2 000000`), 'Authentication code for device is not valid.');
  await root().refused('DeleteConflict', `iam delete-virtual-mfa-device --serial-number ${serial}`);
  const { MFADevices } = await root()('iam list-mfa-devices --user-name Dora');
  assert.deepEqual(MFADevices.map((one) => one.SerialNumber), [serial]);
  await root()(`iam deactivate-mfa-device --user-name Dora --serial-number ${serial}`);
  await root()(`iam delete-virtual-mfa-device --serial-number ${serial}`);
  await root().refused('NoSuchEntity', `iam deactivate-mfa-device --user-name Dora --serial-number ${serial}`);
});

test('signatures, parameters and documents that are wrong are refused in the words that programs know', async () => {
  const { AWS_ACCESS_KEY_ID } = house.demo.awsEnvironment;
  const thief = somebody({ AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY: 'x'.repeat(40) });
  assert.match(await thief.refused('SignatureDoesNotMatch', 'sts get-caller-identity'), /^The request signature we calculated does not match/);
  const nobody = somebody({ AWS_ACCESS_KEY_ID: 'AKIAAAAAAAAAAAAAAAAA', AWS_SECRET_ACCESS_KEY: 'x'.repeat(40) });
  await nobody.refused('InvalidClientTokenId', 'sts get-caller-identity');
  const token = somebody({ AWS_SESSION_TOKEN: 'AAAA' });
  await token.refused('InvalidClientTokenId', 'sts get-caller-identity');
  assert.match(await root().refused('ValidationError', 'iam create-user --user-name', 'no blanks'), /'userName' failed to satisfy constraint/);
  await root().refused('MalformedPolicyDocument', 'iam create-policy --policy-name bad --policy-document', '{"Version":"2012-10-17"}');
  await root().refused('MalformedPolicyDocument', 'iam create-policy --policy-name bad --policy-document', 'no policy');
  await root().refused('NoSuchEntity', 'iam get-policy --policy-arn', `arn:aws:iam::${house.demo.identities.root.accountId}:policy/bad`);
});

test('another account is told nothing, and its users are let in by what both accounts say', async () => {
  const { accessKeyId, secretAccessKey, accountId } = house.demo.identities.lockedOutRoot;
  const other = somebody({ AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey });
  const fay = await user('Fay');
  await other.refused('NoSuchEntity', 'iam get-user --user-name Fay');
  assert.deepEqual((await other('iam list-users')).Users, []);
  const trust = policy({
    Effect: 'Allow',
    Principal: { AWS: fay.Arn },
    Action: 'sts:AssumeRole',
    Condition: { StringEquals: { 'sts:ExternalId': 'harbour' } },
  });
  const { Role } = await other('iam create-role --role-name Guest --assume-role-policy-document', trust);
  const assume = `sts assume-role --role-session-name visit --role-arn ${Role.Arn} --external-id harbour`;
  await fay.aws.refused('AccessDenied', assume);
  await root()('iam put-user-policy --user-name Fay --policy-name visit --policy-document', policy(allow('sts:AssumeRole', Role.Arn)));
  await fay.aws.refused('AccessDenied', assume.replace('harbour', 'elsewhere'));
  const guest = session(await fay.aws(assume));
  assert.equal((await guest('sts get-caller-identity')).Account, accountId);

  // Somebody who gets her name after her is not meant, though the role still shows it.
  await root()('iam delete-user-policy --user-name Fay --policy-name visit');
  await root()(`iam delete-access-key --user-name Fay --access-key-id ${fay.keys.AWS_ACCESS_KEY_ID}`);
  await root()('iam delete-user --user-name Fay');
  await guest.refused('InvalidClientTokenId', 'sts get-caller-identity');
  const heir = await user('Fay');
  await root()('iam put-user-policy --user-name Fay --policy-name visit --policy-document', policy(allow('sts:AssumeRole', Role.Arn)));
  await heir.aws.refused('AccessDenied', assume);
});

test('an account has an alias and a summary', async () => {
  await root()('iam create-account-alias --account-alias first-gate');
  await root()('iam create-account-alias --account-alias gate');
  assert.deepEqual((await root()('iam list-account-aliases')).AccountAliases, ['gate']);
  const { accessKeyId, secretAccessKey } = house.demo.identities.lockedOutRoot;
  const other = somebody({ AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey });
  await other.refused('EntityAlreadyExists', 'iam create-account-alias --account-alias gate');
  await other.refused('InvalidInput', 'iam create-account-alias --account-alias signin');
  await other.refused('NoSuchEntity', 'iam delete-account-alias --account-alias gate');
  await root()('iam delete-account-alias --account-alias gate');
  assert.deepEqual((await root()('iam list-account-aliases')).AccountAliases, []);
  const { SummaryMap } = await other('iam get-account-summary');
  assert.deepEqual([SummaryMap.Users, SummaryMap.UsersQuota, SummaryMap.AccountMFAEnabled, SummaryMap.AccountAccessKeysPresent], [0, 5000, 1, 1]);
});

test('when and for what a key was last used is told', async () => {
  const gus = await user('Gus');
  const asked = `iam get-access-key-last-used --access-key-id ${gus.keys.AWS_ACCESS_KEY_ID}`;
  assert.equal((await root()(asked)).AccessKeyLastUsed.ServiceName, 'N/A');
  await gus.aws.refused('AccessDenied', 'iam list-users');
  const { UserName, AccessKeyLastUsed } = await root()(asked);
  assert.deepEqual([UserName, AccessKeyLastUsed.ServiceName, AccessKeyLastUsed.Region], ['Gus', 'iam', 'us-east-1']);
});
