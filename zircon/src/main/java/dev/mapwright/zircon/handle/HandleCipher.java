package dev.mapwright.zircon.handle;

import dev.mapwright.core.machine.RandomStream;

/**
 * Turns a slot and its generation into a handle value and back: a permutation of 30 bits (a Feistel
 * network of four rounds over two halves of 15), keyed by the process. Knowing some handles of a
 * process therefore tells nothing about others, and no two (slot, generation) pairs share a value.
 * It guards against guessing by accident and by malice, not against cryptanalysis.
 *
 * <p>A value is the permuted number shifted left by one, with bit 0 set: positive and odd.
 * Immutable.
 */
final class HandleCipher {
  static final int BITS = 30;
  private static final int HALF = 15;
  private static final int HALF_MASK = (1 << HALF) - 1;

  private final int key0;
  private final int key1;
  private final int key2;
  private final int key3;

  HandleCipher(RandomStream random) {
    long first = random.nextLong();
    long second = random.nextLong();
    key0 = (int) first;
    key1 = (int) (first >>> 32);
    key2 = (int) second;
    key3 = (int) (second >>> 32);
  }

  private static int round(int half, int key) {
    int mixed = (half ^ key) * 0x9E37_79B1;
    mixed = (mixed ^ (mixed >>> 15)) * 0x85EB_CA77;
    return mixed >>> (Integer.SIZE - HALF);
  }

  /** The value that stands for a number of 30 bits. */
  int value(int plain) {
    int left = plain >>> HALF;
    int right = plain & HALF_MASK;
    left ^= round(right, key0);
    right ^= round(left, key1);
    left ^= round(right, key2);
    right ^= round(left, key3);
    return (left << HALF | right) << 1 | 1;
  }

  /** The number of 30 bits that a value stands for; the value is positive and odd. */
  int plain(int value) {
    int permuted = value >>> 1;
    int left = permuted >>> HALF;
    int right = permuted & HALF_MASK;
    right ^= round(left, key3);
    left ^= round(right, key2);
    right ^= round(left, key1);
    left ^= round(right, key0);
    return left << HALF | right;
  }
}
