package dev.mapwright.zircon;

import static dev.mapwright.zircon.abi.MxVmoOps.MX_VMO_CLONE_COPY_ON_WRITE;
import static dev.mapwright.zircon.abi.MxVmoOps.MX_VMO_OP_CACHE_CLEAN;
import static dev.mapwright.zircon.abi.MxVmoOps.MX_VMO_OP_CACHE_CLEAN_INVALIDATE;
import static dev.mapwright.zircon.abi.MxVmoOps.MX_VMO_OP_CACHE_INVALIDATE;
import static dev.mapwright.zircon.abi.MxVmoOps.MX_VMO_OP_CACHE_SYNC;
import static dev.mapwright.zircon.abi.MxVmoOps.MX_VMO_OP_COMMIT;
import static dev.mapwright.zircon.abi.MxVmoOps.MX_VMO_OP_DECOMMIT;
import static dev.mapwright.zircon.abi.MxVmoOps.MX_VMO_OP_LOCK;
import static dev.mapwright.zircon.abi.MxVmoOps.MX_VMO_OP_LOOKUP;
import static dev.mapwright.zircon.abi.MxVmoOps.MX_VMO_OP_UNLOCK;
import static dev.mapwright.zircon.call.MxCalls.mxVmoClone;
import static dev.mapwright.zircon.call.MxCalls.mxVmoOpRange;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.core.CachePolicy;
import dev.mapwright.core.Outcome;
import dev.mapwright.core.failure.AllocationPoint;
import dev.mapwright.core.memory.MemoryObject;
import dev.mapwright.zircon.answer.VmoOpRange;
import dev.mapwright.zircon.object.MxVmo;
import java.util.EnumSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VmoOpRangeTest extends MxTest {
  private int op(int vmo, int op, long offset, long size) {
    return mxVmoOpRange(c, vmo, op, offset, size, 0, 0);
  }

  private int lookUp(int vmo, long offset, long size, long buffer, long bytes) {
    return mxVmoOpRange(c, vmo, MX_VMO_OP_LOOKUP, offset, size, buffer, bytes);
  }

  private MemoryObject memory(int handle) {
    return ((MxVmo) find(handle).object()).memory();
  }

  private int physical() {
    return program.grant(
        zircon.physicalVmo(FIRST_DEVICE_PFN * PAGE, 4 * PAGE, CachePolicy.UNCACHED), 0);
  }

  @Test
  void handles_and_opcodes_are_checked_first_and_no_right_is_needed() {
    refused(op(0, 99, -1, -1), VmoOpRange.BAD_HANDLE);
    refused(op(root, 99, -1, -1), VmoOpRange.WRONG_TYPE);
    int bare = duplicate(vmo(PAGE), 0);
    ok(op(bare, MX_VMO_OP_COMMIT, 0, PAGE));
    for (int unknown : new int[] {0, 10, 14, -1}) {
      refused(op(bare, unknown, -1, -1), VmoOpRange.UNKNOWN_OP);
    }
    refused(op(bare, MX_VMO_OP_LOCK, -1, -1), VmoOpRange.LOCK);
    refused(op(bare, MX_VMO_OP_UNLOCK, -1, -1), VmoOpRange.LOCK);
  }

  @ParameterizedTest
  @ValueSource(ints = {MX_VMO_OP_COMMIT, MX_VMO_OP_DECOMMIT})
  void commit_and_decommit_check_the_beginning_and_trim_the_end(int opcode) {
    int vmo = vmo(2 * PAGE);
    refused(op(vmo, opcode, PAGE, -PAGE), VmoOpRange.RANGE_WRAPS);
    refused(op(vmo, opcode, 2 * PAGE + 1, 0), VmoOpRange.BEYOND_END);
    ok(op(vmo, opcode, 2 * PAGE, 8));
    ok(op(vmo, opcode, 3, 0));
    ok(op(vmo, opcode, PAGE, 100 * PAGE));
    refused(op(physical(), opcode, -1, -1), VmoOpRange.PHYSICAL);
  }

  @Test
  void commit_gives_every_page_that_the_range_touches_a_frame() {
    int vmo = vmo(4 * PAGE);
    ok(op(vmo, MX_VMO_OP_COMMIT, PAGE - 1, 2));
    assertThat(memory(vmo).committedPages()).isEqualTo(2);
    assertThat(memory(vmo).frameOf(2)).isNegative();
  }

  @Test
  void commit_is_all_or_nothing() {
    int vmo = vmo(4 * PAGE);
    machine.failures().failNth(3, EnumSet.of(AllocationPoint.FRAME));
    refused(op(vmo, MX_VMO_OP_COMMIT, 0, 4 * PAGE), VmoOpRange.OUT_OF_MEMORY);
    machine.failures().off();
    assertThat(memory(vmo).committedPages()).isZero();
    refused(op(vmo(1L << 40), MX_VMO_OP_COMMIT, 0, 1L << 40), VmoOpRange.OUT_OF_MEMORY);
  }

  @Test
  void committing_a_page_of_a_clone_copies_what_the_parent_shows() {
    int parent = vmo(PAGE);
    long at = program.root().map(program.vmo(parent), 0, PAGE, READ_WRITE);
    program.cpu().store(at, 8, 42);
    ok(mxVmoClone(c, parent, MX_VMO_CLONE_COPY_ON_WRITE, 0, PAGE, out));
    int clone = handleResult();
    ok(op(clone, MX_VMO_OP_COMMIT, 0, PAGE));
    program.cpu().store(at, 8, 43);
    long below = program.root().map(program.vmo(clone), 0, PAGE, R);
    assertThat(program.cpu().load(below, 8)).isEqualTo(42);
  }

  @Test
  void decommit_takes_every_touched_page_and_mappings_read_zeros() {
    int vmo = vmo(3 * PAGE);
    long at = program.root().map(program.vmo(vmo), 0, 3 * PAGE, READ_WRITE);
    for (int i = 0; i < 3; i++) {
      program.cpu().store(at + i * PAGE, 8, 9);
    }
    ok(op(vmo, MX_VMO_OP_DECOMMIT, PAGE - 1, 2));
    assertThat(program.cpu().load(at, 8)).isZero();
    assertThat(program.cpu().load(at + PAGE, 8)).isZero();
    assertThat(program.cpu().load(at + 2 * PAGE, 8)).isEqualTo(9);
  }

  @Test
  void a_decommitted_page_of_a_clone_shows_the_parent_again() {
    int parent = vmo(PAGE);
    long above = program.root().map(program.vmo(parent), 0, PAGE, READ_WRITE);
    program.cpu().store(above, 8, 1);
    ok(mxVmoClone(c, parent, MX_VMO_CLONE_COPY_ON_WRITE, 0, PAGE, out));
    int clone = handleResult();
    long below = program.root().map(program.vmo(clone), 0, PAGE, READ_WRITE);
    program.cpu().store(below, 8, 2);
    assertThat(program.cpu().load(below, 8)).isEqualTo(2);
    ok(op(clone, MX_VMO_OP_DECOMMIT, 0, PAGE));
    assertThat(program.cpu().load(below, 8)).isEqualTo(1);
  }

  @Test
  void pages_pinned_by_the_embedder_are_not_decommitted() {
    int vmo = vmo(PAGE);
    assertThat(memory(vmo).pin(0, 1)).isEqualTo(Outcome.OK);
    refused(op(vmo, MX_VMO_OP_DECOMMIT, 0, PAGE), VmoOpRange.PINNED);
    memory(vmo).unpin(0, 1);
    ok(op(vmo, MX_VMO_OP_DECOMMIT, 0, PAGE));
  }

  @Test
  void look_up_stores_one_page_aligned_physical_address_a_page() {
    int vmo = vmo(3 * PAGE);
    ok(op(vmo, MX_VMO_OP_COMMIT, 0, 3 * PAGE));
    ok(lookUp(vmo, PAGE - 1, 2, out, 16));
    assertThat(result()).isEqualTo(memory(vmo).frameOf(0) * PAGE);
    assertThat(program.cpu().load(out + 8, 8)).isEqualTo(memory(vmo).frameOf(1) * PAGE);
  }

  @Test
  void look_up_of_a_clone_counts_the_pages_of_its_parent() {
    int parent = vmo(PAGE);
    ok(op(parent, MX_VMO_OP_COMMIT, 0, PAGE));
    ok(mxVmoClone(c, parent, MX_VMO_CLONE_COPY_ON_WRITE, 0, PAGE, out));
    ok(lookUp(handleResult(), 0, PAGE, out, 8));
    assertThat(result()).isEqualTo(memory(parent).frameOf(0) * PAGE);
  }

  @Test
  void look_up_checks_the_buffers_size_before_the_range() {
    int vmo = vmo(2 * PAGE);
    refused(lookUp(vmo, 0, 0, 0, 0), VmoOpRange.LOOKUP_NO_BUFFER);
    refused(lookUp(vmo, 0, 100 * PAGE, out, 8), VmoOpRange.LOOKUP_BUFFER_TOO_SMALL);
    refused(lookUp(vmo, -1, -1, out, 8), VmoOpRange.LOOKUP_BUFFER_TOO_SMALL);
    refused(lookUp(vmo, 0, 0, out, 0), VmoOpRange.LOOKUP_SIZE_ZERO);
    refused(lookUp(vmo, 0, 3 * PAGE, out, 24), VmoOpRange.LOOKUP_OUT_OF_RANGE);
    refused(lookUp(vmo, 0, PAGE, out, 8), VmoOpRange.LOOKUP_NOT_COMMITTED);
    ok(op(vmo, MX_VMO_OP_COMMIT, 0, PAGE));
    refused(lookUp(vmo, 0, 2 * PAGE, out, 16), VmoOpRange.LOOKUP_NOT_COMMITTED);
    refused(lookUp(vmo, 0, PAGE, BAD, 8), VmoOpRange.LOOKUP_BAD_BUFFER);
    ok(lookUp(vmo, 0, PAGE, out, 8));
  }

  @Test
  void look_up_of_a_physical_range_checks_the_buffers_size_last() {
    int vmo = physical();
    refused(lookUp(vmo, 0, 0, out, 0), VmoOpRange.LOOKUP_SIZE_ZERO);
    refused(lookUp(vmo, 0, 5 * PAGE, out, 0), VmoOpRange.LOOKUP_OUT_OF_RANGE);
    refused(lookUp(vmo, 0, 2 * PAGE, out, 8), VmoOpRange.LOOKUP_BUFFER_TOO_SMALL);
    ok(lookUp(vmo, PAGE, 2 * PAGE, out, 16));
    assertThat(result()).isEqualTo((FIRST_DEVICE_PFN + 1) * PAGE);
  }

  @ParameterizedTest
  @ValueSource(
      ints = {
        MX_VMO_OP_CACHE_SYNC,
        MX_VMO_OP_CACHE_INVALIDATE,
        MX_VMO_OP_CACHE_CLEAN,
        MX_VMO_OP_CACHE_CLEAN_INVALIDATE
      })
  void cache_operations_need_a_range_inside_the_object_and_trim_nothing(int opcode) {
    int vmo = vmo(2 * PAGE);
    refused(op(vmo, opcode, 0, 0), VmoOpRange.CACHE_SIZE_ZERO);
    refused(op(vmo, opcode, PAGE, PAGE + 1), VmoOpRange.CACHE_OUT_OF_RANGE);
    refused(op(vmo, opcode, PAGE, -PAGE), VmoOpRange.CACHE_OUT_OF_RANGE);
    ok(op(vmo, opcode, 1, 2 * PAGE - 1));
    assertThat(memory(vmo).committedPages()).isZero();
  }
}
