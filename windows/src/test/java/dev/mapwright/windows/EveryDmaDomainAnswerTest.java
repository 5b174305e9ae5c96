package dev.mapwright.windows;

import static dev.mapwright.windows.abi.iommu.DmaDomainType.PASS_THROUGH;
import static dev.mapwright.windows.abi.iommu.DmaDomainType.TRANSLATE;
import static dev.mapwright.windows.abi.iommu.DmaDomainType.TRANSLATE_S1;
import static dev.mapwright.windows.abi.iommu.DmaDomainType.UNMANAGED;
import static dev.mapwright.windows.iommu.DomainCalls.configureDomain;
import static dev.mapwright.windows.iommu.DomainCalls.createDomain;
import static dev.mapwright.windows.iommu.DomainCalls.createDomainEx;
import static dev.mapwright.windows.iommu.DomainCalls.deleteDomain;
import static dev.mapwright.windows.iommu.DomainCalls.flushDomain;
import static dev.mapwright.windows.iommu.DomainCalls.flushDomainByVaList;
import static dev.mapwright.windows.iommu.InterfaceCalls.ioGetIommuInterface;
import static dev.mapwright.windows.iommu.InterfaceCalls.ioGetIommuInterfaceEx;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.windows.abi.iommu.DmaIommuInterfaceLayout;
import dev.mapwright.windows.abi.iommu.LogicalAllocatorType;
import dev.mapwright.windows.abi.iommu.ReservedRegionLayout;
import dev.mapwright.windows.adapter.AdapterCalls;
import dev.mapwright.windows.adapter.DmaAdapter;
import dev.mapwright.windows.answer.ConfigureDomain;
import dev.mapwright.windows.answer.CreateDomain;
import dev.mapwright.windows.answer.CreateDomainEx;
import dev.mapwright.windows.answer.DeleteDomain;
import dev.mapwright.windows.answer.FlushDomain;
import dev.mapwright.windows.answer.FlushDomainByVaList;
import dev.mapwright.windows.answer.IoGetIommuInterface;
import dev.mapwright.windows.answer.IoGetIommuInterfaceEx;
import dev.mapwright.windows.answer.Routine;
import dev.mapwright.windows.harness.DmaProtection;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every answer of the routines that get the tables, and of those on domains. */
class EveryDmaDomainAnswerTest extends IommuTest {
  @ParameterizedTest(name = "IoGetIommuInterface {0}")
  @EnumSource
  void ioGetIommuInterfaceAnswers(IoGetIommuInterface why) {
    long table = memory(0x70);
    switch (why) {
      case DONE -> {
        succeeds(why, () -> ioGetIommuInterface(c, 1, table));
        assertThat(c.load(table, 4)).isEqualTo(1);
        assertThat(kernel.functions().routineAt(c.load(table + 8, 8)))
            .isEqualTo(Routine.CREATE_DOMAIN);
        assertThat(kernel.functions().routineAt(c.load(table + 8 + 8 * 12, 8)))
            .isEqualTo(Routine.CONFIGURE_DOMAIN);
      }
      case IRQL_TOO_HIGH -> tooHigh(why, () -> ioGetIommuInterface(c, 1, table));
      case BAD_VERSION -> {
        answers(why, () -> ioGetIommuInterface(c, 0, 0));
        answers(why, () -> ioGetIommuInterface(c, 2, 0));
      }
      case NO_TABLE -> answers(why, () -> ioGetIommuInterface(c, 1, 0));
    }
  }

  @ParameterizedTest(name = "IoGetIommuInterfaceEx {0}")
  @EnumSource
  void ioGetIommuInterfaceExAnswers(IoGetIommuInterfaceEx why) {
    long table = memory(0xE8);
    switch (why) {
      case DONE -> {
        int[] sizes = {0x78, 0xC0, 0xE8};
        for (int version = 1; version <= 3; version++) {
          int wanted = version;
          succeeds(why, () -> ioGetIommuInterfaceEx(c, wanted, 0, table));
          assertThat(c.load(table, 8)).isEqualTo(sizes[version - 1]);
          assertThat(c.load(table + DmaIommuInterfaceLayout.VERSION, 4)).isEqualTo(version);
          long last = c.load(table + sizes[version - 1] - 8, 8);
          assertThat(kernel.functions().routineAt(last))
              .isEqualTo(
                  switch (version) {
                    case 1 -> Routine.CONFIGURE_DOMAIN;
                    case 2 -> Routine.DELETE_DEVICE;
                    default -> Routine.QUERY_DEVICE_INFO;
                  });
        }
      }
      case IRQL_TOO_HIGH -> tooHigh(why, () -> ioGetIommuInterfaceEx(c, 2, 0, table));
      case BAD_VERSION -> {
        answers(why, () -> ioGetIommuInterfaceEx(c, 0, 1, 0));
        answers(why, () -> ioGetIommuInterfaceEx(c, 4, 1, 0));
      }
      case UNKNOWN_FLAG -> answers(why, () -> ioGetIommuInterfaceEx(c, 3, 1L << 63, 0));
      case NO_TABLE -> answers(why, () -> ioGetIommuInterfaceEx(c, 3, 0, 0));
    }
  }

  @ParameterizedTest(name = "CreateDomain {0}")
  @EnumSource
  void createDomainAnswers(CreateDomain why) {
    switch (why) {
      case DONE -> {
        succeeds(why, () -> createDomain(c, true, out));
        assertThat(requireNonNull(kernel.iommu().domain(result())).type()).isEqualTo(TRANSLATE);
        succeeds(why, () -> createDomain(c, false, out));
        assertThat(requireNonNull(kernel.iommu().domain(result())).type()).isEqualTo(UNMANAGED);
      }
      case IRQL_TOO_HIGH -> tooHigh(why, () -> createDomain(c, true, out));
      case NO_RESULT -> answers(why, () -> createDomain(c, true, 0));
      case NOT_ALLOWED -> {
        DmaProtection.setRemapping(c, false);
        answers(why, () -> createDomain(c, true, out));
        answers(why, () -> createDomain(c, false, out));
      }
      case NO_MEMORY -> answers(why, () -> withoutMemory(() -> createDomain(c, true, out)));
    }
  }

  private long region(long next, long base, long pages, boolean map) {
    long region = memory(ReservedRegionLayout.BYTES);
    c.store(region + ReservedRegionLayout.REGION_NEXT, 8, next);
    c.store(region + ReservedRegionLayout.BASE, 8, base);
    c.store(region + ReservedRegionLayout.NUMBER_OF_PAGES, 8, pages);
    c.store(region + ReservedRegionLayout.SHOULD_MAP, 1, map ? 1 : 0);
    return region;
  }

  private void badRegion(long config, long region) {
    CreateDomainEx why = CreateDomainEx.BAD_REGION;
    answers(why, () -> createDomainEx(c, TRANSLATE, 0, config, region, 0));
  }

  @ParameterizedTest(name = "CreateDomainEx {0}")
  @EnumSource
  void createDomainExAnswers(CreateDomainEx why) {
    switch (why) {
      case DONE -> {
        long regions = region(region(0, 0x9000, 1, false), 0x20_0000, 2, true);
        succeeds(why, () -> createDomainEx(c, TRANSLATE, 0, 0, regions, out));
        succeeds(why, () -> createDomainEx(c, PASS_THROUGH, 0, 0, 0, out));
        succeeds(why, () -> createDomainEx(c, UNMANAGED, 0, 0, 0, out));
        long none = allocator(LogicalAllocatorType.NONE, 99);
        succeeds(why, () -> createDomainEx(c, UNMANAGED, 0, none, 0, out));
        succeeds(why, () -> createDomainEx(c, TRANSLATE, 0, buddy(13), 0, out));
        succeeds(why, () -> createDomainEx(c, TRANSLATE, 0, buddy(63), 0, out));
      }
      case IRQL_TOO_HIGH -> tooHigh(why, () -> createDomainEx(c, TRANSLATE, 0, 0, 0, out));
      case BAD_TYPE -> {
        answers(why, () -> createDomainEx(c, 4, 1, 0, 0, 0));
        answers(why, () -> createDomainEx(c, -1, 1, 0, 0, 0));
      }
      case UNKNOWN_FLAG -> answers(why, () -> createDomainEx(c, TRANSLATE, 1, 0, 0, 0));
      case BAD_ALLOCATOR -> {
        for (long config :
            new long[] {buddy(12), buddy(64), buddy(0), buddy(-1), allocator(2, 32)}) {
          answers(why, () -> createDomainEx(c, TRANSLATE, 0, config, 0, 0));
        }
        long buddy = buddy(32);
        answers(why, () -> createDomainEx(c, PASS_THROUGH, 0, buddy, 0, 0));
        answers(why, () -> createDomainEx(c, UNMANAGED, 0, buddy, 0, 0));
      }
      case BAD_REGION -> {
        badRegion(0, region(0, 0x1800, 1, false));
        badRegion(0, region(0, 0x1000, 0, false));
        badRegion(0, region(0, 0x1000, -1, false));
        badRegion(0, region(0, -PAGE, 2, false));
        badRegion(0, region(0, 0x1000, 1L << 52, false));
        badRegion(0, region(0, 1L << 48, 1, false));
        badRegion(0, region(0, 0xFEE0_0000L, 1, false));
        badRegion(0, region(region(0, 0x3000, 2, false), 0x2000, 2, true));
        badRegion(buddy(20), region(0, (1L << 20) - PAGE, 2, false));
        long loop = region(0, 0x5000, 1, false);
        c.store(loop, 8, loop);
        badRegion(0, loop);
      }
      case NO_RESULT -> answers(why, () -> createDomainEx(c, TRANSLATE_S1, 0, 0, 0, 0));
      case NOT_ALLOWED -> {
        answers(why, () -> createDomainEx(c, TRANSLATE_S1, 0, 0, 0, out));
        DmaProtection.setDmaGuard(c, true);
        answers(why, () -> createDomainEx(c, PASS_THROUGH, 0, 0, 0, out));
        DmaProtection.setRemapping(c, false);
        answers(why, () -> createDomainEx(c, TRANSLATE, 0, 0, 0, out));
        onMachine(newMachine());
        long there = memory(8);
        answers(why, () -> createDomainEx(c, TRANSLATE, 0, 0, 0, there));
        answers(why, () -> createDomainEx(c, PASS_THROUGH, 0, 0, 0, there));
      }
      case NO_MEMORY -> {
        answers(why, () -> withoutMemory(() -> createDomainEx(c, TRANSLATE, 0, 0, 0, out)));
        answers(why, () -> withoutMemory(() -> createDomainEx(c, PASS_THROUGH, 0, 0, 0, out)));
      }
    }
  }

  @ParameterizedTest(name = "DeleteDomain {0}")
  @EnumSource
  void deleteDomainAnswers(DeleteDomain why) {
    long domain = domain();
    switch (why) {
      case DONE -> {
        ok(map(domain, BOTH, pages(1), 0));
        succeeds(why, () -> deleteDomain(c, domain));
        long unmanaged = domain(UNMANAGED);
        succeeds(why, () -> deleteDomain(c, unmanaged));
      }
      case IRQL_TOO_HIGH -> tooHigh(why, () -> deleteDomain(c, domain));
      case NO_DOMAIN -> {
        answers(why, () -> deleteDomain(c, 0));
        answers(why, () -> deleteDomain(c, domain + 8));
        answers(why, () -> deleteDomain(c, BAD));
        ok(deleteDomain(c, domain));
        answers(why, () -> deleteDomain(c, domain));
      }
      case ATTACHED -> {
        attached(domain);
        answers(why, () -> deleteDomain(c, domain));
      }
      case RESERVED -> {
        token(domain, 0, 1);
        answers(why, () -> deleteDomain(c, domain));
      }
      case OF_ADAPTER -> {
        DmaAdapter adapter = Objects.requireNonNull(AdapterCalls.ioGetDmaAdapter(c, pdo, 3));
        long own = adapter.getDmaDomain(c);
        ok(adapter.joinDmaDomain(c, domain));
        answers(why, () -> deleteDomain(c, own));
        ok(adapter.leaveDmaDomain(c));
        ok(deleteDomain(c, domain));
      }
    }
  }

  @ParameterizedTest(name = "ConfigureDomain {0}")
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "DONE")
  void configureDomainAnswers(ConfigureDomain why) {
    long domain = domain(UNMANAGED);
    long configuration = memory(0x40);
    switch (why) {
      case DONE -> throw new AssertionError("only on ARM64");
      case IRQL_TOO_HIGH -> tooHigh(why, () -> configureDomain(c, domain, configuration));
      case NO_DOMAIN -> answers(why, () -> configureDomain(c, 0, 0));
      case NOT_UNMANAGED -> {
        long translated = domain();
        answers(why, () -> configureDomain(c, translated, 0));
        long through = domain(PASS_THROUGH);
        answers(why, () -> configureDomain(c, through, 0));
      }
      case BAD_CONFIGURATION -> {
        answers(why, () -> configureDomain(c, domain, 0));
        c.store(configuration, 4, 2);
        answers(why, () -> configureDomain(c, domain, configuration));
      }
      case NOT_HERE -> {
        answers(why, () -> configureDomain(c, domain, configuration));
        c.store(configuration, 4, 1);
        answers(why, () -> configureDomain(c, domain, configuration));
      }
    }
  }

  @ParameterizedTest(name = "FlushDomain {0}")
  @EnumSource
  void flushDomainAnswers(FlushDomain why) {
    long domain = domain(UNMANAGED);
    switch (why) {
      case DONE -> succeeds(why, () -> flushDomain(c, domain));
      case IRQL_TOO_HIGH -> tooHigh(why, () -> flushDomain(c, domain));
      case NO_DOMAIN -> answers(why, () -> flushDomain(c, 0));
      case NOT_UNMANAGED -> {
        long translated = domain();
        answers(why, () -> flushDomain(c, translated));
      }
    }
  }

  @ParameterizedTest(name = "FlushDomainByVaList {0}")
  @EnumSource
  void flushDomainByVaListAnswers(FlushDomainByVaList why) {
    long domain = domain(UNMANAGED);
    switch (why) {
      case DONE -> {
        succeeds(why, () -> flushDomainByVaList(c, domain, true, 1, out));
        succeeds(why, () -> flushDomainByVaList(c, domain, false, 0, 0));
      }
      case IRQL_TOO_HIGH -> tooHigh(why, () -> flushDomainByVaList(c, domain, true, 1, out));
      case NO_DOMAIN -> answers(why, () -> flushDomainByVaList(c, 0, true, 1, 0));
      case NOT_UNMANAGED -> {
        long translated = domain();
        answers(why, () -> flushDomainByVaList(c, translated, true, 1, 0));
      }
      case NO_LIST -> answers(why, () -> flushDomainByVaList(c, domain, true, 1, 0));
    }
  }
}
