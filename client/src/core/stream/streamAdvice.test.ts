import { describe, expect, it } from 'vitest';
import { peerRecord } from '../../testing/fakeDirectory';
import { english } from '../translate';
import { streamAdvice } from './streamAdvice';

describe('a stream that cannot be watched', () => {
  it.each([
    ['no peer', undefined, 'No peer is running that publishes a stream. Run it with --tcp-pub auto.', true],
    ['no address', peerRecord(), 'shop publishes no stream. Run it with --tcp-pub auto.', true],
    ['ended', peerRecord({ alive: false, pub: 'tcp://127.0.0.1:1' }), 'shop has ended.', false],
  ])('says why and what helps: %s', (_, peer, message, fixable) => {
    expect(streamAdvice(peer, english)).toEqual({ message, fixable });
  });

  it('is none when the peer lives and publishes', () => {
    expect(streamAdvice(peerRecord({ pub: 'tcp://127.0.0.1:1' }), english)).toBeUndefined();
  });
});
