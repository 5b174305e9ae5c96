package dev.mapwright.windows.abi;

/** A pool tag: four characters in a ULONG, the first in its low byte. */
public final class PoolTag {
  private PoolTag() {}

  /**
   * {@return the tag of four characters, as C's {@code 'gaTM'} written in reading order: {@code
   * of("MTag")}}
   *
   * @param characters four ASCII characters
   * @throws IllegalArgumentException when they are not
   */
  public static int of(String characters) {
    if (characters.length() != 4) {
      throw new IllegalArgumentException("a pool tag has four characters: " + characters);
    }
    int tag = 0;
    for (int i = 3; i >= 0; i--) {
      char character = characters.charAt(i);
      if (character > 0x7F) {
        throw new IllegalArgumentException("a pool tag has ASCII characters: " + characters);
      }
      tag = tag << 8 | character;
    }
    return tag;
  }

  /**
   * {@return the tag as four characters; what can't be printed is a dot}
   *
   * @param tag any number
   */
  public static String text(int tag) {
    StringBuilder text = new StringBuilder(6).append('\'');
    for (int i = 0; i < 4; i++) {
      int character = tag >>> 8 * i & 0xFF;
      text.append(character >= 0x20 && character < 0x7F ? (char) character : '.');
    }
    return text.append('\'').toString();
  }
}
