package dev.mapwright.linux.strace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.linux.input.InputFormatException;
import dev.mapwright.linux.testing.Mutator;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class StraceReaderRobustnessTest {

  private static final byte[] SEED_TEXT =
      """
      9919  execve("/usr/bin/x", ["x", ":memory:", "a ("...], 0x7ffc83040900 /* 39 vars */) = 0
      9919  brk(NULL)                         = 0x55dd9dd07000 (DELAYED)
      9919  mmap(NULL, 37007, PROT_READ, MAP_PRIVATE, 3</etc/ld.so.cache>, 0) = 0x7f3bda2ce000
      [pid 9920] 12:00:00.123456 mmap(0x7fba7bfe8000, 32768, PROT_NONE, MAP_SHARED|MAP_FIXED_NOREPLACE, 3</memfd:object>(deleted), 0x7e8000 <unfinished ...>
      9919  mprotect(0x7fba7c37b000, 57344, PROT_READ) = -1 ENOMEM (Cannot allocate memory) <0.000012>
      9920  <... mmap resumed>)               = 0x7fba7bfe8000
      9919  clone3({flags=CLONE_VM|CLONE_THREAD, child_tid=0x7f, stack=0x7f} => {parent_tid=[9921]}, 88) = 9921
      9919  mremap(0x7fbb4bb0a000, 147456, 155648, MREMAP_MAYMOVE|MREMAP_FIXED, 0x7fbb4bb0a000) = 0x7fbb4bb0a000
      9919  madvise(NULL, 0, 0x66 /* MADV_??? */) = 0
      9919  --- SIGSEGV {si_signo=SIGSEGV, si_code=SEGV_MAPERR, si_addr=NULL} ---
      9919  mmap(NULL, 1, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS|MAP_HUGETLB|21<<MAP_HUGE_SHIFT, -1, 0) = 0x1000
      9919  exit_group(0)                     = ?
      9919  +++ exited with 0 +++
      """
          .getBytes(StandardCharsets.UTF_8);

  @Test
  void the_unchanged_text_is_a_whole_recording() throws IOException {
    assertThat(eventsBeforeTheFirstError(SEED_TEXT)).isEqualTo(12);
  }

  @Test
  void whatever_happens_to_a_recording_it_is_read_or_refused() throws IOException {
    Mutator mutator = new Mutator(20261120);
    int read = 0;
    for (int i = 0; i < 20_000; i++) {
      byte[] changed = mutator.change(SEED_TEXT);
      StraceReaderFuzz.fuzzerTestOneInput(changed);
      read += eventsBeforeTheFirstError(changed) > 0 ? 1 : 0;
    }
    // Most mutants keep a readable beginning: otherwise this test would only meet the first check.
    assertThat(read).isGreaterThan(10_000);
  }

  private static int eventsBeforeTheFirstError(byte[] text) throws IOException {
    int events = 0;
    try (StraceReader reader = StraceReader.of(new ByteArrayInputStream(text), "seed")) {
      while (reader.next() != null) {
        events++;
      }
    } catch (InputFormatException e) {
      assertThat(e.line()).isPositive();
    }
    return events;
  }
}
