package dev.mapwright.proof.zircon;

import static dev.mapwright.proof.zircon.Bits.PAGE;
import static dev.mapwright.proof.zircon.Hands.RW;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import org.junit.jupiter.api.Test;

/** The sentences of the reference that are easiest to get wrong, asked of the model. */
class ModelTest {
  private final ModelSubject subject = new ModelSubject(1);
  private final Hands hands = new Hands(subject);

  @Test
  void a_request_larger_than_the_region_is_invalid_and_an_occupied_place_is_no_memory() {
    int region = hands.region(4);
    int vmo = hands.vmo(PAGE);
    assertThat(subject.call(new VmarMap.Call(region, 0, vmo, 0, 5 * PAGE, RW, hands.cell(2))))
        .isEqualTo(Status.INVALID_ARGS);
    assertThat(hands.mapAt(region, 1, vmo, 0, 1, RW)).isEqualTo(Status.OK);
    assertThat(hands.mapAt(region, 0, vmo, 0, 2, RW)).isEqualTo(Status.NO_MEMORY);
  }

  @Test
  void a_hole_in_the_middle_advances_the_offset_of_the_right_piece() {
    int region = hands.region(8);
    int vmo = hands.vmo(4 * PAGE);
    long base = hands.base(region);
    assertThat(hands.mapAt(region, 0, vmo, 0, 4, RW)).isEqualTo(Status.OK);
    for (int page = 0; page < 4; page++) {
      assertThat(subject.store(0, base + page * PAGE, 8, 100 + page)).isEqualTo(Status.OK);
    }
    assertThat(subject.call(new VmarUnmap.Call(region, base + PAGE, PAGE))).isEqualTo(Status.OK);
    assertThat(subject.load(0, base + PAGE, 8, new long[1])).isEqualTo(Status.NOT_FOUND);
    assertThat(hands.load(base + 3 * PAGE)).isEqualTo(103);
  }

  @Test
  void the_maximum_comes_from_both_handles_when_mapping() {
    int region = hands.region(4);
    int vmo = hands.vmo(PAGE);
    int readOnly = hands.duplicate(vmo, Bits.READ | Bits.MAP);
    long base = hands.base(region);
    assertThat(hands.mapAt(region, 0, readOnly, 0, 1, Bits.PERM_READ)).isEqualTo(Status.OK);
    assertThat(hands.mapAt(region, 1, vmo, 0, 1, Bits.PERM_READ)).isEqualTo(Status.OK);
    assertThat(subject.call(new VmarProtect.Call(region, base, PAGE, RW)))
        .isEqualTo(Status.ACCESS_DENIED);
    assertThat(subject.call(new VmarProtect.Call(region, base + PAGE, PAGE, RW)))
        .isEqualTo(Status.OK);
  }

  @Test
  void overwrite_refuses_a_range_with_a_region_in_it() {
    int region = hands.region(16);
    int vmo = hands.vmo(PAGE);
    assertThat(
            subject.call(
                new VmarAllocate.Call(
                    region, 4 * PAGE, PAGE, Bits.SPECIFIC, hands.cell(3), hands.cell(4))))
        .isEqualTo(Status.OK);
    assertThat(hands.mapAt(region, 2, vmo, 0, 4, RW | Bits.OVERWRITE))
        .isEqualTo(Status.INVALID_ARGS);
    assertThat(hands.mapAt(region, 2, vmo, 0, 2, RW | Bits.OVERWRITE)).isEqualTo(Status.OK);
  }

  @Test
  void overwrite_with_a_bad_pointer_removes_the_new_mapping_and_restores_nothing() {
    int region = hands.region(4);
    int vmo = hands.vmo(4 * PAGE);
    long base = hands.base(region);
    assertThat(hands.mapAt(region, 0, vmo, 0, 3, RW)).isEqualTo(Status.OK);
    assertThat(
            subject.call(
                new VmarMap.Call(region, PAGE, vmo, 0, PAGE, RW | Bits.OVERWRITE, hands.input())))
        .isEqualTo(Status.INVALID_ARGS);
    assertThat(subject.load(0, base, 8, new long[1])).isEqualTo(Status.OK);
    assertThat(subject.load(0, base + PAGE, 8, new long[1])).isEqualTo(Status.NOT_FOUND);
    assertThat(subject.load(0, base + 2 * PAGE, 8, new long[1])).isEqualTo(Status.OK);
  }

  @Test
  void a_protect_meets_a_region_before_the_hole_in_front_of_it() {
    int region = hands.region(8);
    int vmo = hands.vmo(PAGE);
    long base = hands.base(region);
    assertThat(hands.mapAt(region, 0, vmo, 0, 1, RW)).isEqualTo(Status.OK);
    assertThat(subject.call(new VmarProtect.Call(region, base, 3 * PAGE, RW)))
        .isEqualTo(Status.NOT_FOUND);
    assertThat(
            subject.call(
                new VmarAllocate.Call(
                    region, 2 * PAGE, PAGE, Bits.SPECIFIC, hands.cell(3), hands.cell(4))))
        .isEqualTo(Status.OK);
    assertThat(subject.call(new VmarProtect.Call(region, base, 3 * PAGE, RW)))
        .isEqualTo(Status.INVALID_ARGS);
  }

  @Test
  void a_clone_is_a_live_view_until_it_is_written() {
    int parent = hands.vmo(2 * PAGE);
    int clone = hands.cloneOf(parent, PAGE, PAGE);
    write(parent, PAGE, 10);
    byte[] shown = read(clone, 0, 8);
    assertThat(shown).isEqualTo(read(parent, PAGE, 8));
    write(clone, 0, 20);
    byte[] own = read(clone, 0, 8);
    write(parent, PAGE, 30);
    assertThat(read(clone, 0, 8)).isEqualTo(own).isNotEqualTo(read(parent, PAGE, 8));
    assertThat(subject.call(new VmoOpRange.Call(clone, 2, 0, PAGE, 0, 0))).isEqualTo(Status.OK);
    assertThat(read(clone, 0, 8)).isEqualTo(read(parent, PAGE, 8));
  }

  @Test
  void a_shrunk_parent_shows_zeros_in_its_clone() {
    int parent = hands.vmo(2 * PAGE);
    int clone = hands.cloneOf(parent, 0, 2 * PAGE);
    write(parent, PAGE, 10);
    assertThat(subject.call(new VmoSetSize.Call(parent, PAGE))).isEqualTo(Status.OK);
    assertThat(read(clone, PAGE, 8)).containsOnly(0);
  }

  @Test
  void sizes_are_exact_to_the_byte_but_a_mapping_sees_the_whole_last_page() {
    int region = hands.region(4);
    int vmo = hands.vmo(PAGE + 10);
    long base = hands.base(region);
    assertThat(hands.mapAt(region, 0, vmo, 0, 3, RW)).isEqualTo(Status.OK);
    assertThat(subject.store(0, base + 2 * PAGE - 8, 8, 1)).isEqualTo(Status.OK);
    assertThat(subject.store(0, base + 2 * PAGE, 8, 1)).isEqualTo(Status.OUT_OF_RANGE);
    assertThat(subject.call(new VmoRead.Call(vmo, hands.buffer(), PAGE, 4096, hands.cell(5))))
        .isEqualTo(Status.OK);
    assertThat(hands.number(5)).isEqualTo(10);
  }

  @Test
  void the_earliest_of_several_faults_is_reported() {
    int vmo = hands.vmo(PAGE);
    int unmappable = hands.duplicate(vmo, Bits.READ);
    int root = hands.boot.root();
    assertThat(
            subject.call(
                new VmarMap.Call(root, 0, unmappable, 0, PAGE, Bits.PERM_WRITE, hands.cell(2))))
        .isEqualTo(Status.ACCESS_DENIED);
    assertThat(
            subject.call(new VmarMap.Call(root, 0, vmo, 0, PAGE, Bits.PERM_WRITE, hands.cell(2))))
        .isEqualTo(Status.INVALID_ARGS);
    assertThat(subject.call(new VmarMap.Call(vmo, 0, 0, 0, PAGE, RW, hands.cell(2))))
        .isEqualTo(Status.WRONG_TYPE);
  }

  @Test
  void an_offset_plus_length_of_exactly_two_to_the_64_wraps() {
    int vmo = hands.vmo(PAGE);
    int root = hands.boot.root();
    assertThat(subject.call(new VmarMap.Call(root, 0, vmo, -PAGE, PAGE, RW, hands.cell(2))))
        .isEqualTo(Status.INVALID_ARGS);
    assertThat(subject.call(new VmarMap.Call(root, 0, vmo, -2 * PAGE, PAGE, RW, hands.cell(2))))
        .isEqualTo(Status.OK);
    assertThat(subject.call(new VmarMap.Call(root, 0, vmo, 0, -1, RW, hands.cell(2))))
        .isEqualTo(Status.INVALID_ARGS);
  }

  @Test
  void a_dead_region_still_has_its_handle_and_its_place() {
    int region = hands.region(4);
    long base = hands.base(region);
    assertThat(subject.call(new VmarDestroy.Call(region))).isEqualTo(Status.OK);
    assertThat(subject.call(new VmarDestroy.Call(region))).isEqualTo(Status.BAD_STATE);
    assertThat(subject.call(new VmarUnmap.Call(region, base, PAGE))).isEqualTo(Status.BAD_STATE);
    assertThat(subject.call(new VmarUnmap.Call(region, base + 1, PAGE)))
        .isEqualTo(Status.INVALID_ARGS);
    assertThat(hands.base(region)).isEqualTo(base);
  }

  @Test
  void the_last_handle_to_a_process_ends_it() {
    assertThat(
            subject.call(new ProcessCreate.Call(hands.boot.job(), 0, hands.cell(0), hands.cell(1))))
        .isEqualTo(Status.OK);
    int process = hands.handle(0);
    int root = hands.handle(1);
    assertThat(subject.call(new HandleClose.Call(process))).isEqualTo(Status.OK);
    assertThat(subject.call(new VmarDestroy.Call(root))).isEqualTo(Status.BAD_STATE);
  }

  @Test
  void a_compact_region_places_within_128_pages_of_what_is_there() {
    ModelSpace space = new ModelSpace(0x1000_0000L, 1000 * PAGE);
    ModelRegion region =
        new ModelRegion(space, space.root, 0x1000_0000L, 1000 * PAGE, Bits.COMPACT);
    ModelVmo vmo = new ModelVmo(1, PAGE, null, 0, false);
    space.pages.put((0x1000_0000L >>> 12) + 100, new PageEntry(vmo, 0, region, 1, 1));
    long[] outcomes = space.compactOutcomes(region, 2 * PAGE);
    // Draw 0: before, by one page; draw 255: after, by 128; draw 254: before, raised to the base.
    assertThat(outcomes[0]).isEqualTo(0x1000_0000L + 97 * PAGE);
    assertThat(outcomes[255]).isEqualTo(0x1000_0000L + 229 * PAGE);
    assertThat(outcomes[254]).isEqualTo(0x1000_0000L);
  }

  private void write(int vmo, long offset, int from) {
    assertThat(subject.call(new VmoWrite.Call(vmo, hands.input() + from, offset, 8, hands.cell(5))))
        .isEqualTo(Status.OK);
  }

  private byte[] read(int vmo, long offset, int length) {
    assertThat(subject.call(new VmoRead.Call(vmo, hands.buffer(), offset, length, hands.cell(5))))
        .isEqualTo(Status.OK);
    return Objects.requireNonNull(subject.peek(0, hands.buffer(), length));
  }
}
