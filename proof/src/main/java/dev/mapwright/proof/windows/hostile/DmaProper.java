package dev.mapwright.proof.windows.hostile;

import dev.mapwright.proof.SplitMix;
import dev.mapwright.proof.windows.hostile.Things.Sort;
import dev.mapwright.proof.windows.hostile.Things.Thing;
import dev.mapwright.windows.abi.MdlFlags;
import dev.mapwright.windows.abi.iommu.DeviceCreationConfigurationLayout;
import dev.mapwright.windows.abi.iommu.DeviceCreationConfigurationType;
import dev.mapwright.windows.abi.iommu.DeviceFaultConfigurationLayout;
import dev.mapwright.windows.abi.iommu.DmaDomainType;
import dev.mapwright.windows.abi.iommu.LogicalAllocatorConfigLayout;
import dev.mapwright.windows.abi.iommu.MapPhysicalAddressLayout;
import dev.mapwright.windows.abi.iommu.MapPhysicalAddressType;
import dev.mapwright.windows.abi.iommu.ReservedRegionLayout;
import dev.mapwright.windows.answer.Routine;

/** Arguments with which the routines of the DMA remapping interface do their work. */
final class DmaProper {
  private static final long PAGE = Proper.PAGE;
  private static final int LOCKED =
      MdlFlags.MDL_PAGES_LOCKED | MdlFlags.MDL_SOURCE_IS_NONPAGED_POOL;

  /** The extra of a domain with an allocator. */
  static final long ALLOCATED = 1 << 8;

  /** How many frames there are into which a device may write. */
  static final int OWN_PAGES = 16;

  private final SplitMix random;
  private final Things things;
  private final Sight sight;
  private final long function;
  private final long in;
  private final long out;

  /** The devices' PDOs. */
  private final long[] pdos;

  /** The first frame of memory that is nobody else's, so that a device may write there. */
  private final long ownPfn;

  DmaProper(
      SplitMix random,
      Things things,
      Sight sight,
      long function,
      long in,
      long out,
      long[] pdos,
      long ownPfn) {
    this.random = random;
    this.things = things;
    this.sight = sight;
    this.function = function;
    this.in = in;
    this.out = out;
    this.pdos = pdos;
    this.ownPfn = ownPfn;
  }

  /** One argument a parameter. */
  long[] of(Routine routine) {
    long domain = things.any(Sort.DMA_DOMAIN).address();
    long device = things.any(Sort.DMA_DEVICE).address();
    long pasid = things.any(Sort.PASID_DEVICE).address();
    long pdo = pdos[random.below(pdos.length)];
    return switch (routine) {
      case IO_GET_IOMMU_INTERFACE -> args(1, out);
      case IO_GET_IOMMU_INTERFACE_EX -> args(1 + random.below(3), 0, out);
      case CREATE_DOMAIN -> args(random.below(3), out);
      case CREATE_DOMAIN_EX -> createDomain();
      case DELETE_DOMAIN -> args(domain);
      case ATTACH_DEVICE -> args(domain, pdo, 0, 1);
      case DETACH_DEVICE -> args(domain, pdo, 0);
      case ATTACH_DEVICE_EX -> args(domain, device);
      case DETACH_DEVICE_EX, DELETE_DEVICE -> args(device);
      case FLUSH_DOMAIN -> args(unmanaged());
      case FLUSH_DOMAIN_BY_VA_LIST -> args(unmanaged(), 0, random.below(2), in);
      case CONFIGURE_DOMAIN -> args(unmanaged(), in);
      case QUERY_INPUT_MAPPINGS -> args(pdo, out, 64, out);
      case MAP_LOGICAL_RANGE -> args(translated(0), permissions(), mdl(), logical());
      case MAP_LOGICAL_RANGE_EX -> {
        Thing there = translated();
        long explicit = explicitFor(there);
        yield args(there.address(), permissions(), physical(), explicit, bound(0), bound(8), out);
      }
      case UNMAP_LOGICAL_RANGE -> {
        Thing mapping = things.any(Sort.DMA_MAPPING);
        yield args(mapping.extra(), mapping.address() - 1, mapping.bytes());
      }
      case MAP_IDENTITY_RANGE -> args(identity(), permissions(), mdl());
      case UNMAP_IDENTITY_RANGE -> args(identity(), mdl());
      case MAP_IDENTITY_RANGE_EX -> args(identity(), permissions(), physical());
      case UNMAP_IDENTITY_RANGE_EX -> args(identity(), physical());
      case SET_DEVICE_FAULT_REPORTING -> args(pdo, 0, random.chance(70) ? 1 : 0, handler());
      case SET_DEVICE_FAULT_REPORTING_EX -> args(device, 0, 1, in);
      case QUERY_AVAILABLE_DOMAIN_TYPES -> args(device, out);
      case REGISTER_INTERFACE_STATE_CHANGE_CALLBACK -> {
        sight.store(in + 0x600, 1);
        yield args(function, random.next(), device, in + 0x600);
      }
      case UNREGISTER_INTERFACE_STATE_CHANGE_CALLBACK -> args(function, device);
      case RESERVE_LOGICAL_ADDRESS_RANGE -> {
        Thing there = translated();
        long bytes = (1 + random.below(8)) * PAGE;
        yield args(there.address(), bytes, explicitFor(there), bound(0), bound(8), out);
      }
      case FREE_RESERVED_LOGICAL_ADDRESS_RANGE -> args(things.any(Sort.TOKEN).address());
      case MAP_RESERVED_LOGICAL_RANGE -> {
        Thing token = things.any(Sort.TOKEN);
        long offset = random.below(1 + token.bytes() / PAGE) * PAGE;
        long segment = in + 0x700 + 0x18L * random.below(8);
        yield args(token.address(), offset, permissions(), physical(), segment);
      }
      case UNMAP_RESERVED_LOGICAL_RANGE -> args(in + 0x700 + 0x18L * random.below(8));
      case CREATE_DEVICE -> args(pdo, random.chance(40) ? pasids() : 0, out);
      case CREATE_PASID_DEVICE -> args(device, out, out + 8);
      case DELETE_PASID_DEVICE, DETACH_PASID_DEVICE -> args(pasid);
      case ATTACH_PASID_DEVICE -> args(translated(0), pasid);
      case QUERY_DEVICE_INFO -> args(device, 3, out, out + 8);
      default -> new long[routine.parameters().size()];
    };
  }

  private static long[] args(long... arguments) {
    return arguments;
  }

  private long[] createDomain() {
    int type = random.chance(70) ? DmaDomainType.TRANSLATE : random.below(3);
    long config = 0;
    if (type == DmaDomainType.TRANSLATE && random.chance(50)) {
      config = in + 0x200;
      sight.store(config + LogicalAllocatorConfigLayout.LOGICAL_ALLOCATOR_TYPE, width() << 32 | 1);
    }
    long region = 0;
    if (random.chance(20)) {
      region = in + 0x220;
      sight.store(region + ReservedRegionLayout.REGION_NEXT, 0);
      sight.store(region + ReservedRegionLayout.BASE, random.below(4) * PAGE);
      sight.store(region + ReservedRegionLayout.NUMBER_OF_PAGES, 1 + random.below(4));
      sight.store(region + ReservedRegionLayout.SHOULD_MAP, random.below(2));
    }
    return args(type, 0, config, region, out);
  }

  private long width() {
    return random.oneOf(13, 20, 32, 40, 48, 57, 63);
  }

  private int permissions() {
    return random.chance(80) ? 3 : random.below(4);
  }

  private long unmanaged() {
    return domain(DmaDomainType.UNMANAGED, 0xFF);
  }

  /** A domain without an allocator, or the one kind where that does not matter. */
  private long identity() {
    return random.chance(20) ? domain(DmaDomainType.PASS_THROUGH, 0xFF) : translated(0);
  }

  private long translated(long extra) {
    return domain(extra, -1);
  }

  /** A domain whose extra is as wanted, if one is found soon. */
  private long domain(long extra, long mask) {
    Thing found = things.any(Sort.DMA_DOMAIN);
    for (int i = 0; i < 12 && (found.extra() & mask) != extra; i++) {
      found = things.any(Sort.DMA_DOMAIN);
    }
    return found.address();
  }

  private Thing translated() {
    Thing found = things.any(Sort.DMA_DOMAIN);
    for (int i = 0; i < 12 && (found.extra() & 0xFF) != DmaDomainType.TRANSLATE; i++) {
      found = things.any(Sort.DMA_DOMAIN);
    }
    return found;
  }

  private long logical() {
    return random.below(64) * PAGE;
  }

  private long explicitFor(Thing domain) {
    if (domain.extra() == ALLOCATED) {
      return 0;
    }
    sight.store(in + 0x280, logical());
    return in + 0x280;
  }

  /** Where a lowest or highest address stands; mostly nowhere. */
  private long bound(int offset) {
    if (random.chance(80)) {
      return 0;
    }
    long lowest = random.below(64) * PAGE;
    sight.store(in + 0x290 + offset, offset == 0 ? lowest : lowest + 64 * PAGE - 1);
    return in + 0x290 + offset;
  }

  /** The first of some frames side by side that are the device's to write into. */
  private long owned(int pages) {
    return ownPfn + random.below(OWN_PAGES - pages + 1);
  }

  private long mdl() {
    return random.chance(70) ? things.any(Sort.PAGES_MDL).address() : sight.mdl(LOCKED, 0);
  }

  private long physical() {
    long at = in + 0x300;
    int type = random.below(MapPhysicalAddressType.MAX);
    sight.store(at + MapPhysicalAddressLayout.MAP_TYPE, type);
    long first = mdl();
    long second = 1L + random.below(3);
    if (type == MapPhysicalAddressType.CONTIGUOUS_RANGE) {
      first = (random.chance(50) ? owned(4) : 0x100 + random.below(32)) * PAGE;
      second *= PAGE;
    } else if (type == MapPhysicalAddressType.PFN_ARRAY) {
      first = in + 0x400;
      for (int i = 0; i < 3; i++) {
        sight.store(first + 8L * i, random.chance(70) ? owned(1) : 0x100 + random.below(64));
      }
    }
    sight.store(at + MapPhysicalAddressLayout.FIRST, first);
    sight.store(at + MapPhysicalAddressLayout.SECOND, second);
    return at;
  }

  /** A handler of faults. */
  private long handler() {
    long at = in + 0x640;
    sight.store(at + DeviceFaultConfigurationLayout.FAULT_HANDLER, function);
    sight.store(at + DeviceFaultConfigurationLayout.FAULT_CONTEXT, random.next());
    return at;
  }

  private long pasids() {
    long at = in + 0x500;
    sight.store(at + DeviceCreationConfigurationLayout.NEXT_CONFIGURATION, 0);
    sight.store(
        at + DeviceCreationConfigurationLayout.CONFIG_TYPE, DeviceCreationConfigurationType.PASID);
    sight.store(at + DeviceCreationConfigurationLayout.PASID_CONFIG_TYPE, random.below(2));
    return at;
  }
}
