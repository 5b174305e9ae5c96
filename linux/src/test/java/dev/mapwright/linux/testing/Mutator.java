package dev.mapwright.linux.testing;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.SplittableRandom;

/** Damages texts at random, the same way for the same seed. */
public final class Mutator {

  private static final String[] PIECES = {
    "18446744073709551615",
    "99999999999999999999",
    "0x",
    "0xffffffffffffffffff",
    "-1",
    "(",
    ")",
    "<",
    ">",
    "\"",
    "/*",
    "*/",
    "\\",
    "<unfinished ...>",
    "<... mmap resumed>",
    "|",
    "<<",
    ",",
    " ",
    "\n",
    "NULL",
    "?",
    "=",
    "[",
    "]",
    "{",
    "\0",
    "\u00ff",
    "-",
    "ffffffffffffffff"
  };

  private final SplittableRandom random;

  /** Creates a mutator. */
  public Mutator(long seed) {
    this.random = new SplittableRandom(seed);
  }

  /** A copy of a text with one to four changes. */
  public byte[] change(byte[] text) {
    byte[] changed = text;
    for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
      int at = random.nextInt(changed.length + 1);
      int cut = Math.min(changed.length - at, random.nextInt(40));
      changed =
          switch (random.nextInt(6)) {
            case 0 -> splice(changed, at, cut, new byte[0]);
            case 1 -> splice(changed, at, 0, piece());
            case 2 ->
                splice(changed, at, Math.min(1, cut), new byte[] {(byte) random.nextInt(256)});
            case 3 -> splice(changed, at, 0, Arrays.copyOfRange(changed, at, at + cut));
            case 4 -> splice(changed, at, cut, piece());
            default -> random.nextInt(8) == 0 ? Arrays.copyOf(changed, at) : changed;
          };
      if (changed.length == 0) {
        return changed;
      }
    }
    return changed;
  }

  private byte[] piece() {
    return PIECES[random.nextInt(PIECES.length)].getBytes(StandardCharsets.ISO_8859_1);
  }

  private static byte[] splice(byte[] text, int at, int cut, byte[] inserted) {
    byte[] result = new byte[text.length - cut + inserted.length];
    System.arraycopy(text, 0, result, 0, at);
    System.arraycopy(inserted, 0, result, at, inserted.length);
    System.arraycopy(text, at + cut, result, at + inserted.length, text.length - at - cut);
    return result;
  }
}
