package dev.mapwright.bench;

import com.github.unidbg.arm.backend.unicorn.Unicorn;

/** Unicorn 2 behind JNI, with one region of memory that is read by its interface: a peer. */
final class UnicornMemory implements AutoCloseable {
  private final Unicorn unicorn = new Unicorn(UnicornPages.ARM64, UnicornPages.LITTLE_ENDIAN);
  private final IndexStream stream;
  private final int words;
  private long sum;

  /** Maps a region of so many words of 8 bytes; {@link UnicornPages#obstacle} was asked. */
  UnicornMemory(int words) {
    this.words = words;
    stream = new IndexStream(words);
    unicorn.mem_map(UnicornPages.BASE, 8L * words, UnicornPages.READ_WRITE);
  }

  Contender contender() {
    return new Contender("Unicorn", this::reads);
  }

  private void reads(int operations) {
    for (int k = 0; k < operations; k++) {
      stream.state += IndexStream.STEP;
      long at = UnicornPages.BASE + 8L * IndexStream.below(stream.state, words);
      sum += unicorn.mem_read(at, 8)[0];
    }
  }

  void verify() {
    if (sum != 0) {
      throw new IllegalStateException("fresh memory is not zero");
    }
  }

  @Override
  public void close() {
    unicorn.closeAll();
  }
}
