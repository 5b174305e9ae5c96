package dev.mapwright.proof.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.core.Access;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.memory.ChildKind;
import dev.mapwright.core.memory.MemoryObject;
import dev.mapwright.core.space.AddressSpace;
import dev.mapwright.core.space.Region;
import dev.mapwright.core.space.RegionRequest;
import org.junit.jupiter.api.Test;

/** What a person sees who asks for a whole space. */
@OnFewSubstrates
class DumpContractTest extends Contract {
  DumpContractTest(Substrate substrate) {
    super(substrate);
  }

  private String frame(long page) {
    return "0x" + Long.toHexString(space.translate(page << 12, Access.READ).pfn());
  }

  @Test
  void it_shows_the_tree_what_is_mapped_and_what_is_translated() {
    RegionRequest wanted = new RegionRequest().pages(0x100);
    wanted.capability(Permissions.READ_WRITE).label(7).where().at(0x2000);
    root().allocate(wanted).orThrow();
    Region outer = wanted.region();
    RegionRequest inside = new RegionRequest().pages(0x10).capability(Permissions.READ);
    inside.where().at(0x2080);
    outer.allocate(inside).orThrow();
    MemoryObject object = object(8);
    request.clear().object(object, 2).pages(4).permissions(Permissions.READ).tag(5);
    request.where().at(0x2010);
    outer.map(request).orThrow();
    MemoryObject run = contiguous(4, 0);
    map(run, 4, 0x1000);
    for (int page = 0; page < 3; page++) {
      cpu.store((0x1000L + page) << 12, 8, 1);
    }
    assertThat(space.dump())
        .isEqualTo(
            """
            space: 2 mappings, %d bytes of records and index
              region 0x1000000-0x7fffffffefff may rwx
                mapping 0x1000000-0x1003fff rw- of rwx, object %d from page 0
                region 0x2000000-0x20fffff may rw- label 7
                  mapping 0x2010000-0x2013fff r-- of rw-, object %d from page 2, tag 5
                  region 0x2080000-0x208ffff may r--
              translated (%d tables)
                0x1000000-0x1002fff rw- to frame %s
            """
                .formatted(
                    space.recordBytes(),
                    run.number(),
                    object.number(),
                    space.translation().tables(),
                    frame(0x1000)));
  }

  @Test
  void runs_end_where_frames_are_not_adjacent_or_permissions_change() {
    MemoryObject parent = object(4);
    MemoryObject run = contiguous(3, 0);
    map(run, 3, 0x1000);
    map(parent, 4, 0x1003);
    for (int page = 0; page < 5; page++) {
      cpu.load((0x1000L + page) << 12, 8);
    }
    put(parent, 0, 3);
    keep(parent.child(ChildKind.SNAPSHOT, 0, 4).get());
    cpu.load(0x1003L << 12, 8);
    String translated = space.dump();
    translated = translated.substring(translated.indexOf("  translated"));
    assertThat(translated.lines().skip(1))
        .as("a run of three, a page shared for reading, and zeros")
        .containsExactly(
            "    0x1000000-0x1002fff rw- to frame " + frame(0x1000),
            "    0x1003000-0x1003fff r-- to frame " + frame(0x1003),
            "    0x1004000-0x1004fff r-- to zeros");
  }

  @Test
  void a_thousand_regions_in_each_other_take_no_stack_and_a_closed_space_says_so() {
    Region deepest = root();
    for (int i = 0; i < 1000; i++) {
      deepest = region(deepest, 2000 - i, 0x2000);
    }
    assertThat(space.dump().lines()).hasSize(1 + 1001 + 1);
    AddressSpace other = AddressSpace.create(machine, "other", 0x1000, 0x2000).get();
    other.close();
    assertThat(other.dump()).startsWith("other: 0 mappings").contains("is destroyed");
  }
}
