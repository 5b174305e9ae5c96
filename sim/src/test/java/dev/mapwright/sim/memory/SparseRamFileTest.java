package dev.mapwright.sim.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a machine finds in a file that another one had before it. */
final class SparseRamFileTest {
  private static final int BLOCK_BYTES = 256 << 10;
  private static final int BLOCKS = 64;
  private static final byte MARK = 0x5a;

  private static final class Opened implements AutoCloseable {
    private final SparseRamFile file;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment memory;

    Opened(@Nullable Path folder) throws IOException {
      this(folder, BLOCKS);
    }

    Opened(@Nullable Path folder, int blocks) throws IOException {
      file = new SparseRamFile(folder);
      memory = file.open((long) blocks * BLOCK_BYTES, arena);
    }

    static Opened file() throws IOException {
      return new Opened(null);
    }

    /** Takes room for some blocks and fills it. */
    Opened used(int blocks) throws IOException {
      for (int i = 0; i < blocks; i++) {
        file.materialise((long) i * BLOCK_BYTES, BLOCK_BYTES);
        block(i).fill(MARK);
      }
      return this;
    }

    MemorySegment block(int number) {
      return memory.asSlice((long) number * BLOCK_BYTES, BLOCK_BYTES);
    }

    /** Whether the first block, for which no room was taken, is another machine's. */
    boolean isAnothers() {
      return memory.get(ValueLayout.JAVA_BYTE, 0) == MARK;
    }

    @Override
    public void close() {
      arena.close();
      file.close();
    }
  }

  /** Takes away what others have left. */
  @BeforeEach
  void nothingIsKept() throws IOException {
    Opened.file().used(BLOCKS).close();
    try (Opened fresh = Opened.file()) {
      assertThat(fresh.isAnothers()).isFalse();
      fresh.used(BLOCKS);
    }
  }

  private static void assertZero(MemorySegment block) {
    assertThat(block.mismatch(MemorySegment.ofArray(new byte[BLOCK_BYTES]))).isEqualTo(-1);
  }

  @Test
  void theNextMachineGetsTheFileAndZerosWhereItTakesRoom() throws IOException {
    Opened.file().used(2).close();
    try (Opened next = Opened.file()) {
      assertThat(next.isAnothers()).isTrue();
      for (int block : new int[] {1, 0, 2, BLOCKS - 1}) {
        next.file.materialise((long) block * BLOCK_BYTES, BLOCK_BYTES);
        assertZero(next.block(block));
        next.block(block).fill(MARK);
      }
      assertThat(next.isAnothers()).isTrue();
    }
  }

  @Test
  void aFileThatIsInUseIsNotSharedAndOneIsKept() throws IOException {
    List<Opened> both = new ArrayList<>();
    both.add(Opened.file().used(1));
    both.add(Opened.file());
    assertThat(both.get(1).isAnothers()).isFalse();
    both.get(1).used(1);
    both.forEach(Opened::close);
    try (Opened kept = Opened.file();
        Opened fresh = Opened.file()) {
      assertThat(kept.isAnothers()).isTrue();
      assertThat(fresh.isAnothers()).isFalse();
    }
  }

  @Test
  void theOldMappingEnds() throws IOException {
    Opened old = Opened.file().used(1);
    old.close();
    try (Opened next = Opened.file()) {
      assertThat(next.isAnothers()).isTrue();
      assertThatThrownBy(old::isAnothers).isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void theFileIsMappedAnewForAMachineOfAnotherSize() throws IOException {
    Opened.file().used(2).close();
    for (int blocks : new int[] {2 * BLOCKS, BLOCKS / 2, BLOCKS}) {
      try (Opened next = new Opened(null, blocks)) {
        assertThat(next.memory.byteSize()).isEqualTo((long) blocks * BLOCK_BYTES);
        assertThat(next.isAnothers()).isTrue();
        next.file.materialise((long) (blocks - 1) * BLOCK_BYTES, BLOCK_BYTES);
        assertZero(next.block(blocks - 1));
      }
    }
  }

  @Test
  void withNativeAccessTheFileStaysMapped() throws IOException {
    assumeTrue(HostMemory.granted());
    Opened old = Opened.file().used(1);
    old.close();
    try (Arena others = Arena.ofShared();
        Opened next = Opened.file()) {
      others.allocate(1 << 20); // where something was unmapped, other memory would come
      assertThat(next.memory.address()).isEqualTo(old.memory.address());
      assertThat(next.isAnothers()).isTrue();
      assertThatThrownBy(old::isAnothers).isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void aLargeFileIsNotKept() throws IOException {
    int most = SparseRamFile.MOST_KEPT_PIECES * (64 << 10) / BLOCK_BYTES;
    Opened.file().used(most).close();
    try (Opened next = Opened.file()) {
      assertThat(next.isAnothers()).isTrue();
      next.used(most + 1);
    }
    try (Opened next = Opened.file()) {
      assertThat(next.isAnothers()).isFalse();
    }
  }

  @Test
  void aFileInAChosenFolderIsNotKept(@TempDir Path folder) throws IOException {
    new Opened(folder).used(1).close();
    try (Opened next = new Opened(folder);
        Opened elsewhere = Opened.file()) {
      assertThat(next.isAnothers()).isFalse();
      assertThat(elsewhere.isAnothers()).isFalse();
    }
  }

  @Test
  void anInterruptedThreadGetsAFileAndStaysInterrupted() throws IOException {
    Opened.file().used(1).close();
    Thread.currentThread().interrupt();
    try (Opened next = Opened.file().used(1)) {
      assertThat(Thread.interrupted()).isTrue();
      assertThat(next.isAnothers()).isTrue();
    }
  }
}
