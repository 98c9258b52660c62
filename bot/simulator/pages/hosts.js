import * as api from "./api.js";
import { toast } from "./dialogs.js";
import { emptyValue, initialValue, keyOf, stateShape } from "./values.js";

/** Remembers what was chosen or typed, per block and action, and sends gestures to the bot on behalf of one container. */
class Host {
  constructor(container) {
    this.container = container;
    this.kept = new Map();
  }

  key(blockId, element) {
    return `${blockId}/${element.action_id}/${element.type}`;
  }

  get(blockId, element) {
    const kept = this.kept.get(this.key(blockId, element));
    return kept && this.holds(kept, element) ? kept.value : this.first(blockId, element);
  }

  first(blockId, element) {
    return initialValue(element);
  }

  set(blockId, element, value) {
    const { action_id: actionId, type } = element;
    this.kept.set(this.key(blockId, element), { blockId, actionId, type, value, spec: JSON.stringify(element) });
  }

  gesture(blockId, element, rest) {
    const { action_id, type } = element;
    return api.act({ container: this.container, block_id: blockId, action_id, type, ...rest });
  }

  /** The workspace learns of an input when the person is done with it, so that later gestures carry it too. */
  entered(blockId, element) {
    const send = () => this.gesture(blockId, element, { selected: this.get(blockId, element) });
    this.settled = (this.settled ?? Promise.resolve()).then(send);
  }

  async act(blockId, element, rest) {
    await this.settled;
    const answer = await this.gesture(blockId, element, rest);
    if (!answer.ok) toast(answer.error ?? "That did not work.");
    return answer.ok;
  }
}

export class ViewHost extends Host {
  constructor(view) {
    super({ type: "view", view_id: view.id });
    this.take(view);
  }

  take(view) {
    this.blocks = view.blocks;
    this.known = view.state?.values ?? {};
  }

  /** The workspace remembers what was entered before this page was loaded. */
  first(blockId, element) {
    const known = this.known[blockId]?.[element.action_id];
    return known?.type === element.type ? (known[keyOf(element)] ?? emptyValue(element)) : initialValue(element);
  }

  holds() {
    return true;
  }

  set(blockId, element, value) {
    super.set(blockId, element, value);
    if (!this.errors?.[blockId]) return;
    delete this.errors[blockId];
    this.onMended?.(blockId);
  }

  values() {
    const values = {};
    for (const block of this.blocks) {
      if (block.type !== "input") continue;
      values[block.block_id] = {
        [block.element.action_id]: stateShape(block.element, this.get(block.block_id, block.element)),
      };
    }
    for (const { blockId, actionId, type, value } of this.kept.values()) {
      if (this.blocks.some((block) => block.block_id === blockId && block.type !== "input")) {
        (values[blockId] ??= {})[actionId] = stateShape({ type }, value);
      }
    }
    return values;
  }
}

export class MessageHost extends Host {
  /** An edit that changes an element (another first value, other options) outweighs what this person chose before. */
  holds(kept, element) {
    return kept.spec === JSON.stringify(element);
  }
}

const messageHosts = new Map();

export function messageHost(channel, message) {
  const key = `${channel}:${message.ts}`;
  if (!messageHosts.has(key)) messageHosts.set(key, new MessageHost({ type: "message", channel, ts: message.ts }));
  return messageHosts.get(key);
}

export const forgetHosts = () => messageHosts.clear();
