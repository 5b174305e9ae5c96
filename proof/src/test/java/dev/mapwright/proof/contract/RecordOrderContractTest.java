package dev.mapwright.proof.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.core.memory.MemoryObject;
import dev.mapwright.core.space.FoundMapping;
import dev.mapwright.core.space.MappingInfo;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * The index guesses which record a page has from the order in which mappings are mostly made. Here
 * they are made, taken away and made again in any order, so most guesses are wrong.
 */
@OnFewSubstrates
class RecordOrderContractTest extends Contract {
  private static final int PAGES = 1_024;
  private static final int NONE = -1;

  private final MemoryObject object = object(2 * PAGES);
  private final Random random = new Random(17);

  /** The first of the object's pages shown from each page on, where a mapping begins there. */
  private final int[] shown = new int[PAGES];

  RecordOrderContractTest(Substrate substrate) {
    super(substrate);
  }

  private static long page(int i) {
    return 0x10_0000L + i;
  }

  private void map(int i) {
    int objectPage = random.nextInt(2 * PAGES);
    request.clear().object(object, objectPage).pages(1).tag(i).where().at(page(i));
    root().map(request).orThrow();
    shown[i] = objectPage;
  }

  private void unmap(int i) {
    root().unmap(page(i), 1).orThrow();
    shown[i] = NONE;
  }

  private void compare(int i) {
    MappingInfo info = space.mappingOf(page(i));
    assertThat(info == null ? NONE : (int) info.objectPage()).as("page %d", i).isEqualTo(shown[i]);
    FoundMapping found = new FoundMapping();
    assertThat(space.mappingFrom(page(i), found)).isEqualTo(shown[i] != NONE);
    if (info != null) {
      assertThat(info.tag()).isEqualTo(i);
      assertThat(info.firstPage()).isEqualTo(page(i));
      assertThat(info.pages()).isEqualTo(1);
      assertThat(found.info()).isEqualTo(info);
    }
  }

  @Test
  void a_page_is_never_taken_for_another_whose_record_stands_where_its_own_might() {
    for (int i = 0; i < PAGES; i++) {
      map(i);
    }
    for (int step = 0; step < 20_000; step++) {
      int i = random.nextInt(PAGES);
      if (shown[i] == NONE) {
        map(i);
      } else {
        unmap(i);
      }
      compare(i);
      compare(random.nextInt(PAGES));
    }
    int mapped = 0;
    for (int i = 0; i < PAGES; i++) {
      compare(i);
      mapped += shown[i] == NONE ? 0 : 1;
    }
    assertThat(space.mappings()).isEqualTo(mapped);
    assertThat(object.mappings()).isEqualTo(mapped);
  }

  @Test
  void a_guess_at_a_free_record_is_no_mapping() {
    // What a free record holds must be no mapping's, whatever its page: the guess may name it.
    for (int i = 0; i < PAGES; i++) {
      map(i);
    }
    for (int i = 0; i < PAGES; i++) {
      if (i % 3 != 0) {
        unmap(i);
      }
    }
    for (int i = 0; i < PAGES; i++) {
      compare(i);
      root().unmap(page(i), 1).orThrow();
      shown[i] = NONE;
      compare(i);
    }
    assertThat(space.mappings()).isZero();
    assertThat(object.mappings()).isZero();
  }
}
