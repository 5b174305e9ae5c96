package dev.mapwright.zircon;

import static dev.mapwright.zircon.abi.MxLimits.MX_VMO_MAX_SIZE;
import static dev.mapwright.zircon.abi.MxRights.MX_RIGHT_DUPLICATE;
import static dev.mapwright.zircon.abi.MxRights.MX_RIGHT_EXECUTE;
import static dev.mapwright.zircon.abi.MxRights.MX_RIGHT_MAP;
import static dev.mapwright.zircon.abi.MxRights.MX_RIGHT_READ;
import static dev.mapwright.zircon.abi.MxRights.MX_RIGHT_TRANSFER;
import static dev.mapwright.zircon.abi.MxRights.MX_RIGHT_WRITE;
import static dev.mapwright.zircon.abi.MxVmoOps.MX_VMO_CLONE_COPY_ON_WRITE;
import static dev.mapwright.zircon.call.MxCalls.mxHandleClose;
import static dev.mapwright.zircon.call.MxCalls.mxVmoClone;
import static dev.mapwright.zircon.call.MxCalls.mxVmoCreate;
import static dev.mapwright.zircon.call.MxCalls.mxVmoCreateContiguous;
import static dev.mapwright.zircon.call.MxCalls.mxVmoGetSize;
import static dev.mapwright.zircon.call.MxCalls.mxVmoSetSize;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.core.Access;
import dev.mapwright.core.CachePolicy;
import dev.mapwright.core.Outcome;
import dev.mapwright.core.machine.Frames;
import dev.mapwright.core.memory.MemoryObject;
import dev.mapwright.zircon.answer.VmoClone;
import dev.mapwright.zircon.answer.VmoCreate;
import dev.mapwright.zircon.answer.VmoCreateContiguous;
import dev.mapwright.zircon.answer.VmoGetSize;
import dev.mapwright.zircon.answer.VmoSetSize;
import dev.mapwright.zircon.object.MxVmo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VmoCallsTest extends MxTest {
  private static final int COW = MX_VMO_CLONE_COPY_ON_WRITE;
  private static final int OF_NEW_VMO =
      MX_RIGHT_DUPLICATE
          | MX_RIGHT_TRANSFER
          | MX_RIGHT_READ
          | MX_RIGHT_WRITE
          | MX_RIGHT_EXECUTE
          | MX_RIGHT_MAP;

  private final int resource = program.grant(zircon.rootResource(), MX_RIGHT_READ | MX_RIGHT_WRITE);

  private int physical() {
    return program.grant(
        zircon.physicalVmo(FIRST_DEVICE_PFN * PAGE, 4 * PAGE, CachePolicy.UNCACHED), OF_NEW_VMO);
  }

  private MemoryObject memory(int handle) {
    return ((MxVmo) find(handle).object()).memory();
  }

  private long size(int handle) {
    ok(mxVmoGetSize(c, handle, out));
    return result();
  }

  private int cloneOf(int handle, long offset, long bytes) {
    ok(mxVmoClone(c, handle, COW, offset, bytes, out));
    return handleResult();
  }

  private long mapped(int handle, long pages) {
    return program.root().map(program.vmo(handle), 0, pages * PAGE, READ_WRITE);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 4095, 4096, 4097, 1L << 40, MX_VMO_MAX_SIZE})
  void sizes_are_exact_to_the_byte_and_cost_nothing(long bytes) {
    long free = machine.frames().free();
    int vmo = vmo(bytes);
    assertThat(size(vmo)).isEqualTo(bytes);
    assertThat(find(vmo).rights()).isEqualTo(OF_NEW_VMO);
    assertThat(free - machine.frames().free()).isLessThanOrEqualTo(4);
  }

  @Test
  void creating_is_refused_for_options_and_sizes_and_pointers_in_this_order() {
    refused(mxVmoCreate(c, -1, 1, BAD), VmoCreate.OPTIONS);
    refused(mxVmoCreate(c, MX_VMO_MAX_SIZE + 1, 0, BAD), VmoCreate.TOO_LARGE);
    int handles = program.process().table().size();
    int objects = machine.census().living(MemoryObject.class).size();
    refused(mxVmoCreate(c, PAGE, 0, BAD), VmoCreate.BAD_POINTER);
    for (int nth = 1; nth <= 2; nth++) {
      machine.failures().failNth(nth);
      refused(mxVmoCreate(c, PAGE, 0, out), VmoCreate.OUT_OF_MEMORY);
      machine.failures().off();
    }
    assertThat(program.process().table().size()).isEqualTo(handles);
    assertThat(machine.census().living(MemoryObject.class)).hasSize(objects);
  }

  @Test
  void get_size_needs_no_right() {
    refused(mxVmoGetSize(c, 0, BAD), VmoGetSize.BAD_HANDLE);
    refused(mxVmoGetSize(c, root, BAD), VmoGetSize.WRONG_TYPE);
    int bare = duplicate(vmo(5), 0);
    refused(mxVmoGetSize(c, bare, BAD), VmoGetSize.BAD_POINTER);
    assertThat(size(bare)).isEqualTo(5);
  }

  @Test
  void set_size_is_refused_in_this_order() {
    refused(mxVmoSetSize(c, 0, -1), VmoSetSize.BAD_HANDLE);
    refused(mxVmoSetSize(c, duplicate(vmo(1), MX_RIGHT_READ), -1), VmoSetSize.LACKS_RIGHT);
    refused(mxVmoSetSize(c, root, -1), VmoSetSize.WRONG_TYPE);
    refused(mxVmoSetSize(c, physical(), -1), VmoSetSize.FIXED_SIZE);
    refused(mxVmoSetSize(c, vmo(1), MX_VMO_MAX_SIZE + 1), VmoSetSize.TOO_LARGE);
  }

  @Test
  void shrinking_takes_whole_pages_away_and_growing_brings_zeros() {
    int vmo = vmo(3 * PAGE);
    long at = mapped(vmo, 4);
    for (int i = 0; i < 3; i++) {
      program.cpu().store(at + i * PAGE + 2048, 8, 1 + i);
    }
    ok(mxVmoSetSize(c, vmo, PAGE + 1));
    assertThat(size(vmo)).isEqualTo(PAGE + 1);
    assertThat(can(Access.READ, at + 2 * PAGE)).isFalse();
    assertThat(program.cpu().load(at + PAGE + 2048, 8))
        .as("the partial last page is accessible as a whole")
        .isEqualTo(2);
    ok(mxVmoSetSize(c, vmo, 4 * PAGE));
    assertThat(program.cpu().load(at + PAGE + 2048, 8))
        .as("the tail of the partial page was not cleared")
        .isEqualTo(2);
    assertThat(program.cpu().load(at + 2 * PAGE + 2048, 8)).isZero();
    assertThat(program.cpu().load(at + 3 * PAGE, 8)).isZero();
  }

  @Test
  void a_page_that_the_embedder_has_pinned_can_not_be_cut_off() {
    int vmo = vmo(2 * PAGE);
    assertThat(memory(vmo).pin(1, 1)).isEqualTo(Outcome.OK);
    refused(mxVmoSetSize(c, vmo, PAGE), VmoSetSize.PINNED);
    memory(vmo).unpin(1, 1);
    ok(mxVmoSetSize(c, vmo, PAGE));
  }

  @Test
  void contiguous_frames_are_adjacent_aligned_and_zero() {
    ok(mxVmoCreateContiguous(c, resource, 3 * PAGE - 1, 16, out));
    int vmo = handleResult();
    assertThat(size(vmo)).isEqualTo(3 * PAGE);
    long first = memory(vmo).frameOf(0);
    assertThat(first % 16).isZero();
    assertThat(memory(vmo).frameOf(2)).isEqualTo(first + 2);
    assertThat(program.cpu().load(mapped(vmo, 3) + 2 * PAGE, 8)).isZero();
  }

  @Test
  void creating_contiguous_objects_is_refused_in_this_order() {
    refused(mxVmoCreateContiguous(c, 0, 0, 1, BAD), VmoCreateContiguous.SIZE_ZERO);
    for (int bad : new int[] {1, 11, 64, -1}) {
      refused(mxVmoCreateContiguous(c, 0, PAGE, bad, BAD), VmoCreateContiguous.ALIGNMENT);
    }
    refused(mxVmoCreateContiguous(c, 0, PAGE, 0, BAD), VmoCreateContiguous.BAD_HANDLE);
    refused(mxVmoCreateContiguous(c, root, PAGE, 0, BAD), VmoCreateContiguous.WRONG_TYPE);
    refused(
        mxVmoCreateContiguous(c, resource, MX_VMO_MAX_SIZE + 1, 0, BAD),
        VmoCreateContiguous.TOO_LARGE);
    refused(
        mxVmoCreateContiguous(c, resource, 1L << 40, 12, BAD), VmoCreateContiguous.OUT_OF_MEMORY);
    refused(mxVmoCreateContiguous(c, resource, PAGE, 63, BAD), VmoCreateContiguous.OUT_OF_MEMORY);
    long free = machine.frames().free();
    refused(mxVmoCreateContiguous(c, resource, PAGE, 0, BAD), VmoCreateContiguous.BAD_POINTER);
    assertThat(machine.frames().free()).isEqualTo(free);
  }

  @Test
  void cloning_is_refused_in_this_order() {
    int vmo = vmo(PAGE);
    refused(mxVmoClone(c, 0, 0, 1, -1, BAD), VmoClone.BAD_HANDLE);
    refused(mxVmoClone(c, duplicate(vmo, MX_RIGHT_READ), 0, 1, -1, BAD), VmoClone.LACKS_RIGHT);
    refused(mxVmoClone(c, duplicate(vmo, MX_RIGHT_DUPLICATE), 0, 1, -1, BAD), VmoClone.LACKS_RIGHT);
    refused(mxVmoClone(c, root, 0, 1, -1, BAD), VmoClone.WRONG_TYPE);
    refused(mxVmoClone(c, vmo, 0, 1, -1, BAD), VmoClone.OPTIONS);
    refused(mxVmoClone(c, vmo, COW | 2, 1, -1, BAD), VmoClone.OPTIONS);
    refused(mxVmoClone(c, physical(), COW, 1, -1, BAD), VmoClone.PHYSICAL);
    refused(mxVmoClone(c, vmo, COW, 1, -1, BAD), VmoClone.TOO_LARGE);
    refused(mxVmoClone(c, vmo, COW, 1, MX_VMO_MAX_SIZE, BAD), VmoClone.OFFSET_MISALIGNED);
    refused(mxVmoClone(c, vmo, COW, PAGE, MX_VMO_MAX_SIZE, BAD), VmoClone.RANGE_WRAPS);
    int handles = program.process().table().size();
    refused(mxVmoClone(c, vmo, COW, 0, PAGE, BAD), VmoClone.BAD_POINTER);
    machine.failures().failNth(1);
    refused(mxVmoClone(c, vmo, COW, 0, PAGE, out), VmoClone.OUT_OF_MEMORY);
    machine.failures().off();
    assertThat(program.process().table().size()).isEqualTo(handles);
  }

  @Test
  void a_clone_has_the_rights_of_its_source_and_WRITE_EXECUTE_and_MAP() {
    int source = duplicate(vmo(PAGE), MX_RIGHT_DUPLICATE | MX_RIGHT_READ);
    assertThat(find(cloneOf(source, 0, PAGE)).rights())
        .isEqualTo(
            MX_RIGHT_DUPLICATE | MX_RIGHT_READ | MX_RIGHT_WRITE | MX_RIGHT_EXECUTE | MX_RIGHT_MAP);
  }

  @Test
  void a_clone_is_a_live_view_until_it_is_written() {
    int parent = vmo(2 * PAGE);
    long above = mapped(parent, 2);
    int clone = cloneOf(parent, PAGE, 2 * PAGE);
    long below = mapped(clone, 2);
    program.cpu().store(above + PAGE, 8, 1);
    assertThat(program.cpu().load(below, 8)).isEqualTo(1);
    program.cpu().store(above + PAGE, 8, 2);
    assertThat(program.cpu().load(below, 8)).as("later writes show").isEqualTo(2);
    program.cpu().store(below + 8, 8, 3);
    program.cpu().store(above + PAGE, 8, 4);
    assertThat(program.cpu().load(below, 8)).as("its own page now").isEqualTo(2);
    assertThat(program.cpu().load(above + PAGE + 8, 8)).isZero();
  }

  @Test
  void growth_and_shrinking_of_the_parent_show_through_the_clone() {
    int parent = vmo(PAGE);
    int clone = cloneOf(parent, 0, 2 * PAGE);
    long below = mapped(clone, 2);
    assertThat(program.cpu().load(below + PAGE, 8)).as("beyond the parent: zeros").isZero();
    ok(mxVmoSetSize(c, parent, 2 * PAGE));
    long above = mapped(parent, 2);
    program.cpu().store(above + PAGE, 8, 5);
    assertThat(program.cpu().load(below + PAGE, 8)).isEqualTo(5);
    ok(mxVmoSetSize(c, parent, PAGE));
    assertThat(program.cpu().load(below + PAGE, 8)).isZero();
  }

  @Test
  void a_clones_own_size_is_the_limit_even_if_the_parent_is_larger() {
    int clone = cloneOf(vmo(4 * PAGE), 0, PAGE + 1);
    long below = mapped(clone, 4);
    assertThat(size(clone)).isEqualTo(PAGE + 1);
    assertThat(can(Access.READ, below + PAGE)).isTrue();
    assertThat(can(Access.READ, below + 2 * PAGE)).isFalse();
  }

  @Test
  void a_clone_keeps_its_parent_alive_and_chains_are_fine() {
    int vmo = vmo(PAGE);
    long at = mapped(vmo, 1);
    program.cpu().store(at, 8, 77);
    program.root().unmap(at, PAGE);
    for (int depth = 0; depth < 3000; depth++) {
      int clone = cloneOf(vmo, 0, PAGE);
      ok(mxHandleClose(c, vmo));
      vmo = clone;
    }
    at = mapped(vmo, 1);
    assertThat(program.cpu().load(at, 8)).isEqualTo(77);
    program.root().unmap(at, PAGE);
    ok(mxHandleClose(c, vmo));
    assertThat(machine.census().living(MemoryObject.class)).as("one for results").hasSize(1);
  }

  @Test
  void closing_the_last_handle_of_an_object_without_mappings_frees_its_frames() {
    long free = machine.frames().free();
    int vmo = vmo(64 * PAGE);
    program.vmo(vmo).commit(0, 64 * PAGE);
    assertThat(memory(vmo).frameOf(63)).isNotEqualTo(Frames.NONE);
    assertThat(machine.frames().free()).isLessThanOrEqualTo(free - 64);
    ok(mxHandleClose(c, vmo));
    assertThat(machine.frames().free()).isEqualTo(free);
  }
}
