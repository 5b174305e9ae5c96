package dev.mapwright.proof.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.core.Outcome;
import dev.mapwright.core.Pages;
import dev.mapwright.core.memory.MemoryObject;
import dev.mapwright.core.space.RegionRequest;
import org.junit.jupiter.api.Test;

/** A million mappings in one space are ordinary. */
@OnFewSubstrates
class ManyMappingsContractTest extends Contract {
  private static final int MAPPINGS = 1_000_000;
  private final MemoryObject object = object(4);

  ManyMappingsContractTest(Substrate substrate) {
    super(substrate);
  }

  @Test
  void a_million_dense_mappings() {
    for (int i = 0; i < MAPPINGS; i++) {
      // Alternating object pages, so that nothing could be taken for one mapping.
      request.clear().object(object, (i & 1) * 2L).pages(1).where().at(0x10_0000 + i);
      root().map(request).orThrow();
    }
    assertThat(space.mappings()).isEqualTo(MAPPINGS);
    assertThat(object.mappings()).isEqualTo(MAPPINGS);
    store(Pages.address(0x10_0000 + 777_777), 5);
    assertThat(load(Pages.address(0x10_0000 + 1))).isEqualTo(5);
    assertThat(load(Pages.address(0x10_0000 + 2))).isZero();
    assertThat(root().mappedPages(0x10_0000)).isEqualTo(MAPPINGS);
    for (int i = 0; i < MAPPINGS; i += 2) {
      root().unmap(0x10_0000 + i, 1).orThrow();
    }
    assertThat(space.mappings()).isEqualTo(MAPPINGS / 2);
    assertThat(root().unmap(0x10_0000, MAPPINGS)).isEqualTo(Outcome.OK);
    assertThat(space.mappings()).isZero();
    assertThat(object.mappings()).isZero();
  }

  @Test
  void a_million_mappings_scattered_over_47_bits() {
    RegionRequest wanted = new RegionRequest().pages(1L << 34);
    wanted.where().firstFit();
    root().allocate(wanted).orThrow();
    long sum = 0;
    for (int i = 0; i < MAPPINGS; i++) {
      request.clear().object(object, 0).pages(1);
      wanted.region().map(request).orThrow();
      sum += request.firstPage();
    }
    assertThat(space.mappings()).isEqualTo(MAPPINGS);
    long[] seen = new long[2];
    space.forEachMapping(mapping -> {
      seen[0]++;
      seen[1] += mapping.firstPage();
    });
    assertThat(seen[0]).isEqualTo(MAPPINGS);
    assertThat(seen[1]).isEqualTo(sum);
    // Every one has a path of its own in the index; it has to stay compact.
    assertThat(space.recordBytes() / MAPPINGS).isLessThan(400);
    store(Pages.address(request.firstPage()), 1);
    assertThat(object.committedPages()).isEqualTo(1);
    assertThat(wanted.region().destroy()).isEqualTo(Outcome.OK);
    assertThat(space.mappings()).isZero();
  }
}
