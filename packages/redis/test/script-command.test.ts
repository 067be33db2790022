import { Command } from 'ioredis';
import { Script } from '../src/script.js';
import { ScriptCommand } from '../src/script-command.js';

describe('a call of a script', () => {
  it('can be sent by a client of ioredis 6 where the package has ioredis 5, whose commands have no reply context', () => {
    const own = Object.getOwnPropertyDescriptor(Command.prototype, 'setReplyContext');
    Reflect.deleteProperty(Command.prototype, 'setReplyContext');
    try {
      const command = new ScriptCommand(new Script('return 1', true), ['key'], [], undefined);
      expect(() => command.setReplyContext()).not.toThrow();
    } finally {
      if (own !== undefined) Object.defineProperty(Command.prototype, 'setReplyContext', own);
    }
  });
});
