package dev.mapwright.proof.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mapwright.core.CachePolicy;
import dev.mapwright.core.Pages;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.memory.MemoryObject;
import dev.mapwright.core.space.FoundMapping;
import dev.mapwright.core.space.MapRequest;
import dev.mapwright.core.space.MappingInfo;
import dev.mapwright.core.space.PfnSource;
import dev.mapwright.core.space.Region;
import dev.mapwright.core.space.RegionRequest;
import dev.mapwright.core.space.Reservation;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Look-ups whose answer the caller brings along. */
@OnEverySubstrate
class LookUpContractTest extends Contract {
  private final MemoryObject object = object(64);
  private final FoundMapping found = new FoundMapping();

  LookUpContractTest(Substrate substrate) {
    super(substrate);
  }

  private void assertNothing() {
    assertThat(found.found()).isFalse();
    assertThat(found.firstPage()).isEqualTo(-1);
    assertThat(found.lastPage()).isEqualTo(-1);
    assertThat(found.pages()).isZero();
    assertThat(found.object()).isNull();
    assertThatThrownBy(found::region).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(found::info).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void everything_that_is_known_is_told() {
    assertNothing();
    Region region = region(100, 0x2000);
    MapRequest wanted =
        new MapRequest()
            .object(object, 3)
            .pages(5)
            .permissions(Permissions.READ)
            .maximum(Permissions.READ_WRITE)
            .tag(-7);
    wanted.where().at(0x2010);
    region.map(wanted).orThrow();
    assertThat(space.mappingFrom(0x2010, found)).isTrue();
    assertThat(found.found()).isTrue();
    assertThat(found.firstPage()).isEqualTo(0x2010);
    assertThat(found.lastPage()).isEqualTo(0x2014);
    assertThat(found.pages()).isEqualTo(5);
    assertThat(found.object()).isSameAs(object);
    assertThat(found.objectPage()).isEqualTo(3);
    assertThat(found.permissions()).isEqualTo(Permissions.READ);
    assertThat(found.maximum()).isEqualTo(Permissions.READ_WRITE);
    assertThat(found.cachePolicy()).isEqualTo(CachePolicy.CACHED);
    assertThat(found.region()).isSameAs(region);
    assertThat(found.tag()).isEqualTo(-7);
    assertThat(found.info()).isEqualTo(space.mappingOf(0x2012));
    found.clear();
    assertNothing();
  }

  @Test
  void both_look_ups_agree_with_the_allocating_ones_everywhere() {
    Random random = new Random(11);
    for (int i = 0; i < 60; i++) {
      long pages = 1L + random.nextInt(6);
      of(object, pages).tag(i).where().at(0x2000L + random.nextInt(400));
      root().map(request); // may be refused
    }
    RegionRequest wanted = new RegionRequest().pages(16);
    wanted.where().at(0x2200);
    Reservation reservation = root().reserve(wanted, 4).get();
    MemoryObject frames = contiguous(4, 0);
    PfnSource source = frames::frameOf;
    reservation.map(0x2203, 4, source, Permissions.READ, CachePolicy.CACHED).orThrow();
    for (long page = 0x1FF0; page < 0x2220; page++) {
      long last = page + random.nextInt(40);
      MappingInfo first = space.firstMapping(page, last);
      assertThat(space.firstMapping(page, last, found)).isEqualTo(first != null);
      assertThat(found.found() ? found.info() : null).isEqualTo(first);
      MappingInfo covering = space.mappingOf(page);
      boolean begins = covering != null && covering.firstPage() == page;
      assertThat(space.mappingFrom(page, found)).isEqualTo(begins);
      assertThat(found.found() ? found.info() : null).isEqualTo(begins ? covering : null);
    }
    reservation.release().orThrow();
  }

  @Test
  void ranges_and_pages_that_do_not_exist_hold_nothing() {
    map(object, 1, FIRST_PAGE);
    map(object, 1, LAST_PAGE);
    assertThat(space.firstMapping(0x2000, 0x1FFF, found)).isFalse();
    assertThat(space.firstMapping(-10, -1, found)).isFalse();
    assertNothing();
    assertThat(space.firstMapping(Long.MIN_VALUE, Long.MAX_VALUE, found)).isTrue();
    assertThat(found.firstPage()).isEqualTo(FIRST_PAGE);
    assertThat(space.firstMapping(FIRST_PAGE + 1, Pages.LAST_PAGE, found)).isTrue();
    assertThat(found.firstPage()).isEqualTo(LAST_PAGE);
    for (long page : new long[] {-1, Long.MIN_VALUE, Pages.LAST_PAGE, Long.MAX_VALUE, 0}) {
      assertThat(space.mappingFrom(page, found)).isFalse();
      assertNothing();
    }
    root().destroy().orThrow();
    assertThat(space.firstMapping(0, Pages.LAST_PAGE, found)).isFalse();
    assertThat(space.mappingFrom(FIRST_PAGE, found)).isFalse();
  }
}
