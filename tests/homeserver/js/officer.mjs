// An officer on matrix-js-sdk (Rust crypto) that speaks JSON lines: one request a line on standard input, answers
// and events on standard output. It shares no code with the bot and refuses every device that its owner has not
// cross-signed, as MSC4153 wants of clients.
//
//   → {"id": 1, "do": "start", "homeserver": "http://…", "user": "@ana:example.org", "password": "…"}
//   ← {"id": 1, "ok": {"device_id": "…"}}            or {"id": 1, "error": "what went wrong"}
//   ← {"event": {"event_id", "room_id", "sender", "type", "content", "encrypted", "trust", "error", "raw"}}

import { createInterface } from "node:readline";
import * as sdk from "matrix-js-sdk";
import {
    decodeRecoveryKey,
    DecryptionFailureCode,
    VerificationPhase,
    VerifierEvent,
    EventShieldColour,
    EventShieldReason,
    OnlySignedDevicesIsolationMode,
} from "matrix-js-sdk/lib/crypto-api/index.js";
import { logger } from "matrix-js-sdk/lib/logger.js";

logger.setLevel?.("warn");
// Standard output carries the protocol alone; everything that the library prints belongs on standard error.
for (const level of ["trace", "debug", "info", "log", "warn"]) console[level] = console.error;

let client;
/** The verification that runs or ran last, its emoji as the app shows them, and how it ended for the app. */
let request, shown, verified;

const write = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);

/** Says who vouches for an event's sender: "none" is no warning at all, else the shield's colour and reason. */
async function shield(event) {
    const info = await client.getCrypto().getEncryptionInfoForEvent(event);
    if (info === null) return "";
    const colour = EventShieldColour[info.shieldColour].toLowerCase();
    const reason = info.shieldReason === null ? undefined : EventShieldReason[info.shieldReason];
    return reason === undefined ? colour : `${colour}: ${reason}`;
}

async function report(event) {
    const failure = event.decryptionFailureReason;
    write({
        event: {
            event_id: event.getId(),
            room_id: event.getRoomId(),
            sender: event.getSender(),
            type: failure === null ? event.getType() : event.getWireType(),
            content: failure === null ? event.getContent() : {},
            encrypted: event.isEncrypted(),
            trust: event.isEncrypted() && failure === null ? await shield(event) : "",
            error: failure === null ? null : (DecryptionFailureCode[failure] ?? String(failure)),
            raw: event.event,
        },
    });
}

/** Reports an event once its first decryption is over, and again whenever that changes. */
async function listen(event) {
    // An own event has a made-up id until the homeserver has given it one.
    if (event.getId()?.startsWith("~")) {
        event.once(sdk.MatrixEventEvent.LocalEventIdReplaced, () => void listen(event));
        return;
    }
    if (event.isEncrypted()) {
        event.on(sdk.MatrixEventEvent.Decrypted, report);
        await event.getDecryptionPromise();
        if (event.isBeingDecrypted() || !(event.clearEvent || event.isDecryptionFailure())) return;
    }
    await report(event);
}

/** Waits until a condition holds; an error after ten seconds, or after so many tries. */
async function until(condition, most = 200) {
    for (let tries = 0; tries < most; tries++) {
        if (await condition()) return;
        await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`not within ${most / 20} s: ${condition}`);
}

/** Makes a cross-signing identity and signs our own device with it. */
async function bootstrap(user, password) {
    const identifier = { type: "m.id.user", user };
    await client.getCrypto().bootstrapCrossSigning({
        // The first upload needs no password; a homeserver that asks for it gets it.
        authUploadDeviceSigningKeys: async (upload) => {
            await upload(null).catch(({ data }) =>
                upload({ type: "m.login.password", identifier, password, session: data?.session }),
            );
        },
    });
}

/** Goes through a verification as an app does, up to the emoji. */
async function follow(of, begins) {
    await until(() => of.phase >= VerificationPhase.Ready);
    if (of.phase === VerificationPhase.Cancelled) return;
    if (begins) await of.startVerification("m.sas.v1");
    else await until(() => of.verifier, 1200);
    of.verifier.on(VerifierEvent.ShowSas, (sas) => (shown = sas));
    shown = of.verifier.getShowSasCallbacks() ?? shown;
    await of.verifier.verify();
    verified = "done";
}

const verbs = {
    /** Logs in; a recovery key takes over the identity that the account has, without it a new one is made. */
    async start({ homeserver, user, password, recovery_key }) {
        const login = await sdk
            .createClient({ baseUrl: homeserver })
            .loginRequest({ type: "m.login.password", identifier: { type: "m.id.user", user }, password });
        client = sdk.createClient({
            baseUrl: homeserver,
            userId: login.user_id,
            deviceId: login.device_id,
            accessToken: login.access_token,
            cryptoCallbacks: {
                getSecretStorageKey: async ({ keys }) => [Object.keys(keys)[0], decodeRecoveryKey(recovery_key)],
            },
        });
        await client.initRustCrypto({ useIndexedDB: false });
        const crypto = client.getCrypto();
        crypto.setDeviceIsolationMode(new OnlySignedDevicesIsolationMode());
        if (!recovery_key) await bootstrap(user, password);
        client.on(sdk.RoomEvent.Timeline, (event, _room, toStart) => {
            if (!toStart) listen(event).catch((error) => console.error(error));
        });
        const synced = new Promise((resolve) => {
            client.on(sdk.ClientEvent.Sync, (state) => state === sdk.SyncState.Prepared && resolve());
        });
        await client.startClient({ initialSyncLimit: 1000, pollTimeout: 10_000 });
        await synced;
        if (recovery_key) {
            // The identity's public half must be known before the private half can be taken over.
            await crypto.userHasCrossSigningKeys(user, true);
            await crypto.bootstrapCrossSigning({});
        }
        await until(async () => (await crypto.getDeviceVerificationStatus(user, login.device_id))?.signedByOwner);
        return { device_id: login.device_id, access_token: login.access_token };
    },

    async join({ room_id }) {
        await client.joinRoom(room_id);
    },

    async create_room({ name, invite, encrypted, direct }) {
        const content = { algorithm: "m.megolm.v1.aes-sha2" };
        const answer = await client.createRoom({
            name,
            invite,
            is_direct: direct,
            preset: direct ? "trusted_private_chat" : "private_chat",
            initial_state: encrypted ? [{ type: "m.room.encryption", state_key: "", content }] : [],
        });
        return { room_id: answer.room_id };
    },

    async send({ room_id, type, content }) {
        // The client sends in clear into a room that its own sync has not brought yet.
        await until(() => client.getRoom(room_id)?.getMyMembership() === "join");
        const answer = await client.sendEvent(room_id, type, content);
        return { event_id: answer.event_id };
    },

    async redact({ room_id, event_id }) {
        const answer = await client.redactEvent(room_id, event_id);
        return { event_id: answer.event_id };
    },

    /** Says what stands of a sender's messages in a room, in order: edits in their places, what is redacted left out. */
    async shown({ room_id, sender }) {
        const stands = (event) =>
            event.getSender() === sender &&
            ["m.room.message", "m.room.encrypted"].includes(event.getType()) &&
            !event.isRedacted() &&
            !event.isRelation(sdk.RelationType.Replace);
        const events = client.getRoom(room_id)?.getLiveTimeline().getEvents().filter(stands) ?? [];
        return {
            posts: events.map((event) => ({
                event_id: event.getId(),
                content: event.isDecryptionFailure() ? {} : event.getContent(),
                relation: event.getWireContent()["m.relates_to"] ?? {},
            })),
        };
    },

    async members({ room_id }) {
        return { members: Object.keys((await client.getJoinedRoomMembers(room_id)).joined) };
    },

    /** Asks for a verification by emoji, in a room or from device to device, and begins with the emoji once accepted. */
    async verify({ user_id, room_id, device_id, begins }) {
        const crypto = client.getCrypto();
        shown = undefined;
        verified = undefined;
        request = room_id
            ? await crypto.requestVerificationDM(user_id, room_id)
            : await crypto.requestDeviceVerification(user_id, device_id);
        void follow(request, begins).catch((error) => (verified = String(error?.message ?? error)));
        return { id: request.transactionId };
    },

    /** Returns the emoji that the app shows, as pairs of sign and name, and the numbers. */
    async emoji() {
        await until(() => shown || request.phase === VerificationPhase.Cancelled);
        if (!shown) throw new Error(`cancelled: ${request.cancellationCode}`);
        return { emoji: shown.sas.emoji, numbers: shown.sas.decimal };
    },

    /** Says that they match, or not. */
    async judge({ matches }) {
        if (matches) void shown.confirm().catch((error) => console.error(error));
        else shown.mismatch();
    },

    /** Says how the verification stands: its phase, who has cancelled it and why. */
    async verification() {
        return {
            phase: VerificationPhase[request.phase].toLowerCase(),
            code: request.cancellationCode ?? "",
            by: request.cancellingUserId ?? "",
            error: verified ?? "",
        };
    },

    /** Says whether we have verified a user: their master key is signed by ours. */
    async trusts({ user_id }) {
        const status = await client.getCrypto().getUserVerificationStatus(user_id);
        return { verified: status.isCrossSigningVerified() };
    },

    /** Says for each device of a user whether its owner has cross-signed it. */
    async devices({ user_id }) {
        const crypto = client.getCrypto();
        const devices = (await crypto.getUserDeviceInfo([user_id], true)).get(user_id) ?? new Map();
        const signed = {};
        for (const device_id of devices.keys()) {
            signed[device_id] = (await crypto.getDeviceVerificationStatus(user_id, device_id))?.signedByOwner ?? false;
        }
        return { devices: signed };
    },
};

async function answer(line) {
    const request = JSON.parse(line);
    try {
        write({ id: request.id, ok: (await verbs[request.do](request)) ?? {} });
    } catch (error) {
        write({ id: request.id, error: String(error?.message ?? error) });
    }
}

const lines = createInterface({ input: process.stdin });
lines.on("line", (line) => void answer(line));
// Whoever drives us has gone: a client that syncs for ever would stay behind.
lines.on("close", () => process.exit(0));
