package dev.mapwright.core.index;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.core.failure.FailurePoints;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a pool does when the heap is really at its end: in a JVM of its own, with 48 MiB. */
class SmallHeapTest {
  private static final int MIB = 1 << 20;

  /** The other JVM: says what it finds. */
  public static void main(String[] args) {
    NodePool pool = new NodePool(new FailurePoints());
    PageTrie trie = new PageTrie(pool);
    PageTrie other = new PageTrie(pool);
    require(other.ensure(50), "a small promise");
    long bytes = pool.bytes();
    long most = Runtime.getRuntime().maxMemory();
    for (long share = 1; share <= 64; share *= 2) {
      // From more than any heap has down to what fits: those that do not fit take nothing.
      long ints = most / share * 2 / Integer.BYTES;
      boolean had = pool.promise(ints);
      if (had) {
        pool.unpromise(ints);
        require(share > 2, "a promise of the whole heap is refused");
      } else {
        require(pool.bytes() == bytes, "a refused promise of 2/" + share + " gives back all");
        require(new byte[16 * MIB].length > 0, "others find memory");
      }
      bytes = pool.bytes();
    }
    require(!trie.ensureRange(0, 1L << 36), "more leaves than memory");
    require(!trie.ensure(Integer.MAX_VALUE), "more puts than memory");
    for (int i = 0; i < 50; i++) {
      other.put((long) i << 25, i + 1);
    }
    for (int i = 0; i < 50; i++) {
      require(other.get((long) i << 25) == i + 1, "entries that were put");
    }
    other.settle();
    require(pool.promised() == 0, "nothing is promised any more");
    System.out.println("well");
  }

  private static void require(boolean holds, String what) {
    if (!holds) {
      throw new IllegalStateException(what);
    }
  }

  @Test
  void a_promise_that_does_not_fit_gives_back_what_it_took() throws IOException {
    Process process =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-ea",
                    "-XX:+UseSerialGC",
                    "-Xmx48m",
                    "-cp",
                    System.getProperty("java.class.path"),
                    SmallHeapTest.class.getName()))
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(said.strip()).isEqualTo("well");
  }
}
