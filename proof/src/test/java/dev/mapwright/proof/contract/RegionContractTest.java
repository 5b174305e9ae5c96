package dev.mapwright.proof.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mapwright.core.FaultReason;
import dev.mapwright.core.Outcome;
import dev.mapwright.core.Pages;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.memory.MemoryObject;
import dev.mapwright.core.space.MappingInfo;
import dev.mapwright.core.space.Region;
import dev.mapwright.core.space.RegionRequest;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The tree of regions: disjoint children, and what falls with a region. */
@OnEverySubstrate
class RegionContractTest extends Contract {
  private final MemoryObject object = object(4);

  RegionContractTest(Substrate substrate) {
    super(substrate);
  }

  private static Outcome allocate(Region parent, long pages, long at) {
    RegionRequest wanted = new RegionRequest().pages(pages);
    wanted.where().at(at);
    return parent.allocate(wanted);
  }

  @Test
  void children_are_disjoint_and_inside_their_parent() {
    Region parent = region(100, 0x2000);
    region(parent, 10, 0x2010);
    assertRefused(Outcome.OCCUPIED, () -> allocate(parent, 1, 0x2019));
    assertRefused(Outcome.OCCUPIED, () -> allocate(parent, 100, 0x2000));
    assertRefused(Outcome.OUTSIDE, () -> allocate(parent, 1, 0x1FFF));
    assertRefused(Outcome.OUTSIDE, () -> allocate(parent, 2, 0x2000 + 99));
    assertThat(allocate(parent, 6, 0x201A)).isEqualTo(Outcome.OK);
    of(object, 1).where().at(0x2020);
    parent.map(request).orThrow();
    assertRefused(Outcome.OCCUPIED, () -> allocate(parent, 2, 0x201F));
    List<String> seen = new ArrayList<>();
    parent.forEachChild(
        new Region.ChildVisitor() {
          @Override
          public void region(Region child) {
            assertThat(child.parent()).isSameAs(parent);
            seen.add("region " + (child.firstPage() - 0x2000) + " " + child.pages());
          }

          @Override
          public void mapping(MappingInfo mapping) {
            seen.add("mapping " + (mapping.firstPage() - 0x2000) + " " + mapping.pages());
          }
        });
    assertThat(seen).containsExactly("region 16 10", "region 26 6", "mapping 32 1");
  }

  @Test
  void a_region_says_what_it_was_made_with() {
    RegionRequest wanted = new RegionRequest().pages(7).capability(Permissions.READ).label(-3);
    wanted.where().at(0x2000);
    root().allocate(wanted).orThrow();
    Region region = wanted.region();
    assertThat(region.pages()).isEqualTo(7);
    assertThat(region.lastPage()).isEqualTo(0x2006);
    assertThat(region.capability()).isEqualTo(Permissions.READ);
    assertThat(region.label()).isEqualTo(-3);
    assertThat(region.live()).isTrue();
    assertThat(region.space()).isSameAs(space);
    assertThat(root().parent()).isNull();
    assertThat(root().label()).isZero();
    assertThat(new RegionRequest()).isNotNull();
    assertThatThrownBy(() -> new RegionRequest().region())
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void destroying_takes_everything_in_it_and_frees_the_place_at_once() {
    Region outer = region(100, 0x2000);
    Region inner = region(outer, 50, 0x2010);
    of(object, 4).where().at(0x2000);
    outer.map(request).orThrow();
    of(object, 4).where().at(0x2020);
    inner.map(request).orThrow();
    store(Pages.address(0x2020), 1);
    assertThat(outer.destroy()).isEqualTo(Outcome.OK);
    assertThat(outer.live()).isFalse();
    assertThat(inner.live()).isFalse();
    assertThat(outer.parent()).isNull();
    assertThat(space.mappings()).isZero();
    assertLoadFaults(Pages.address(0x2020), FaultReason.UNMAPPED);
    assertThat(allocate(root(), 100, 0x2000)).isEqualTo(Outcome.OK);
  }

  @Test
  void everything_on_a_dead_region_answers_dead() {
    Region region = region(10, 0x2000);
    region.destroy().orThrow();
    assertThat(allocate(region, 1, 0x2000)).isEqualTo(Outcome.DEAD);
    assertThat(region.reserve(new RegionRequest().pages(1), 1).outcome()).isEqualTo(Outcome.DEAD);
    assertThat(region.mappedPages(0x2000)).isZero();
    assertThat(region.free(0x2000, 1)).isFalse();
    region.forEachChild(
        new Region.ChildVisitor() {
          @Override
          public void region(Region child) {
            throw new AssertionError("a dead region has no child");
          }

          @Override
          public void mapping(MappingInfo mapping) {
            throw new AssertionError("a dead region has no mapping");
          }
        });
    assertThat(region.toString()).contains("dead");
  }

  @Test
  void a_destroyed_root_leaves_an_empty_space_for_good() {
    map(object, 4, 0x2000);
    store(Pages.address(0x2000), 1);
    assertThat(root().destroy()).isEqualTo(Outcome.OK);
    assertLoadFaults(Pages.address(0x2000), FaultReason.UNMAPPED);
    assertThat(root().map(of(object, 1))).isEqualTo(Outcome.DEAD);
    assertThat(root().destroy()).isEqualTo(Outcome.DEAD);
    assertThat(space.mappings()).isZero();
  }

  @Test
  void a_tree_of_100_000_levels_is_made_and_destroyed_without_recursion() {
    Region top = region(200_000, 0x10_0000);
    Region region = top;
    for (int depth = 0; depth < 100_000; depth++) {
      RegionRequest wanted = new RegionRequest().pages(region.pages() - 1);
      wanted.where().firstFit();
      region.allocate(wanted).orThrow();
      region = wanted.region();
    }
    of(object, 1).where().firstFit();
    region.map(request).orThrow();
    assertThat(root().unmap(0x10_0000, 200_000)).isEqualTo(Outcome.OK);
    assertThat(region.live()).isFalse();
    assertThat(space.mappings()).isZero();
  }

  @Test
  void a_region_with_a_lease_in_it_is_not_destroyed() {
    Region region = region(10, 0x2000);
    Region inner = region(region, 5, 0x2002);
    of(object, 2).where().at(0x2003);
    inner.map(request).orThrow();
    try (var lease = space.lease(0x2004, 1, true).get()) {
      assertRefused(Outcome.LEASED, region::destroy);
      assertRefused(Outcome.LEASED, () -> root().unmap(0x2000, 10));
      assertThat(lease.lastPage()).isEqualTo(0x2004);
    }
    assertThat(region.destroy()).isEqualTo(Outcome.OK);
  }
}
