package dev.mapwright.windows.memory.iommu;

import dev.mapwright.core.dma.Domain;
import dev.mapwright.core.machine.Iommu;
import dev.mapwright.core.machine.Machine;
import dev.mapwright.windows.abi.iommu.DmaDomainType;
import dev.mapwright.windows.memory.lock.PageLocks;
import dev.mapwright.windows.memory.pool.Pools;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What a system knows of DMA remapping: its devices, and what drivers have made through the
 * interface.
 *
 * <p><b>What is stored where.</b> What is mapped is in the engine's domains. What a device is
 * attached to is in its {@link PhysicalDevice}. Here are the tables that lead from the addresses
 * that drivers were given to the things themselves, and the policy.
 *
 * <p><b>Who guards what.</b> One lock guards who is attached, what lives, and registrations. It is
 * taken before any lock of the engine and of the pools, and never while a driver's routine runs.
 * Mapping and unmapping do not take it: a handle is looked up in its table, and the engine says
 * when what it led to has ended meanwhile.
 */
public final class IommuState {
  private final Machine machine;
  private final HandleBlocks blocks;
  private final ReentrantLock lock = new ReentrantLock();
  private final HandleTable<DmaDomain> domains = new HandleTable<>();
  private final HandleTable<DmaDevice> devices = new HandleTable<>();
  private final HandleTable<PasidDevice> pasidDevices = new HandleTable<>();
  private final HandleTable<LogicalToken> tokens = new HandleTable<>();
  private final HandleTable<KnownAdapter> adapters = new HandleTable<>();

  /** Devices by the addresses of their DEVICE_OBJECTs. Guarded by the lock. */
  private final Map<Long, PhysicalDevice> physical = new HashMap<>();

  /** How many domains were ever made, for their names. Guarded by the lock. */
  private long made;

  /** Whether DMA Guard forbids that devices pass through. */
  private volatile boolean dmaGuard;

  /** Whether the policy allows remapping. */
  private volatile boolean remapping = true;

  /**
   * Makes the state of a system in which there is no device yet.
   *
   * @param machine the machine, with an IOMMU or without
   * @param pools where handles lie
   * @param locks the book of locked pages
   */
  public IommuState(Machine machine, Pools pools, PageLocks locks) {
    this.machine = machine;
    blocks = new HandleBlocks(pools, locks, this);
  }

  // ---- policy

  /** {@return whether DMA Guard forbids that devices pass through} */
  public boolean dmaGuard() {
    return dmaGuard;
  }

  /**
   * Chooses whether DMA Guard forbids that devices pass through. Nobody is told.
   *
   * @param on whether it does
   */
  public void setDmaGuard(boolean on) {
    dmaGuard = on;
  }

  /** {@return whether the policy allows remapping} */
  public boolean remapping() {
    return remapping;
  }

  /**
   * Chooses whether the policy allows remapping. Nobody is told.
   *
   * @param on whether it does
   */
  public void setRemapping(boolean on) {
    remapping = on;
  }

  /** {@return which types of domains can be made now, a mask of {@link DmaDomainType#bit}} */
  public int creatableTypes() {
    if (machine.iommu() == null) {
      return 0;
    }
    int passing = dmaGuard ? 0 : DmaDomainType.bit(DmaDomainType.PASS_THROUGH);
    int remapped =
        DmaDomainType.bit(DmaDomainType.TRANSLATE) | DmaDomainType.bit(DmaDomainType.UNMANAGED);
    return passing | (remapping ? remapped : 0);
  }

  /**
   * {@return which types of domains a device may be attached to now, a mask of {@link
   * DmaDomainType#bit}}
   *
   * @param device which device
   */
  public int availableTypes(PhysicalDevice device) {
    return attachable(device) ? creatableTypes() : 0;
  }

  /**
   * {@return whether the policy decides about a device: it is there, behind the IOMMU, and its
   * driver has opted in; no other is ever attached}
   *
   * @param device which device
   */
  public boolean attachable(PhysicalDevice device) {
    return device.traits().optedIn() && device.remapped() && device.plugged();
  }

  // ---- devices of the system

  /**
   * Adds a device, or says something else of one that is attached to nothing.
   *
   * @param device the device
   * @throws IllegalArgumentException when another one behind the IOMMU has its requester
   * @throws IllegalStateException when it is attached
   */
  public void plug(PhysicalDevice device) {
    lock.lock();
    try {
      PhysicalDevice before = physical.get(device.pdo());
      if (before != null && (before.domain() != null || before.changing())) {
        throw new IllegalStateException("the device is attached");
      }
      for (PhysicalDevice other : physical.values()) {
        if (other != before
            && other.remapped()
            && device.remapped()
            && other.requester() == device.requester()) {
          throw new IllegalArgumentException("two devices with requester " + device.requester());
        }
      }
      if (before != null) {
        before.unplugged();
      }
      physical.put(device.pdo(), device);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Takes a device out: it is detached, and what drivers have made of it is attached no more.
   *
   * @param pdo the address of its DEVICE_OBJECT; what is none is ignored
   */
  public void unplug(long pdo) {
    PhysicalDevice device = physicalDevice(pdo);
    if (device == null) {
      return;
    }
    lock.lock();
    try {
      physical.remove(pdo);
      device.unplugged();
    } finally {
      lock.unlock();
    }
    Attachments.detach(this, null, device);
    Pasids.detachAll(this, device);
  }

  /**
   * {@return the device with a DEVICE_OBJECT; null for none}
   *
   * @param pdo any address
   */
  public @Nullable PhysicalDevice physicalDevice(long pdo) {
    lock.lock();
    try {
      return physical.get(pdo);
    } finally {
      lock.unlock();
    }
  }

  /** The device behind the IOMMU with a requester; null for none. The lock is held. */
  @Nullable PhysicalDevice deviceOf(int requester) {
    for (PhysicalDevice device : physical.values()) {
      if (device.remapped() && device.requester() == requester) {
        return device;
      }
    }
    return null;
  }

  /** All devices. The lock is held. */
  Collection<PhysicalDevice> physicalDevices() {
    return physical.values();
  }

  /**
   * {@return the address of a new block of zeros in nonpaged pool, for what a driver is shown; 0
   * when there is none}
   *
   * @param bytes how many
   */
  public long takeShown(int bytes) {
    return blocks.take(bytes);
  }

  /**
   * Gives such a block back.
   *
   * @param address what {@link #takeShown} returned
   */
  public void giveShown(long address) {
    blocks.give(address);
  }

  // ---- handles

  /**
   * {@return the domain with a handle; null for none}
   *
   * @param address any address
   */
  public @Nullable DmaDomain domain(long address) {
    return domains.find(address);
  }

  /**
   * {@return the domain with a handle when drivers map in it; null for none, or another}
   *
   * @param address any address
   */
  public @Nullable Domain translated(long address) {
    DmaDomain domain = domains.find(address);
    return domain == null ? null : domain.engine();
  }

  /**
   * {@return the device with a handle; null for none}
   *
   * @param address any address
   */
  public @Nullable DmaDevice device(long address) {
    return devices.find(address);
  }

  /**
   * {@return the device of a PASID with a handle; null for none}
   *
   * @param address any address
   */
  public @Nullable PasidDevice pasidDevice(long address) {
    return pasidDevices.find(address);
  }

  /**
   * {@return the token with a handle; null for none}
   *
   * @param address any address
   */
  public @Nullable LogicalToken token(long address) {
    return tokens.find(address);
  }

  /** {@return all devices that drivers have made} */
  public List<DmaDevice> allDevices() {
    return devices.all();
  }

  /** {@return all devices of a PASID} */
  public List<PasidDevice> allPasidDevices() {
    return pasidDevices.all();
  }

  /** {@return all domains} */
  public List<DmaDomain> allDomains() {
    return domains.all();
  }

  /** {@return all tokens} */
  public List<LogicalToken> allTokens() {
    return tokens.all();
  }

  /** {@return all adapters that nobody has put back} */
  public List<KnownAdapter> allAdapters() {
    return adapters.all();
  }

  /** Whether an address is the handle of anything. */
  boolean names(long address) {
    return domains.find(address) != null
        || devices.find(address) != null
        || pasidDevices.find(address) != null
        || tokens.find(address) != null
        || adapters.find(address) != null;
  }

  // ---- for those who make and end things

  /** {@return the machine's IOMMU; null for none} */
  public @Nullable Iommu iommu() {
    return machine.iommu();
  }

  /** {@return the machine} */
  public Machine machine() {
    return machine;
  }

  /** {@return memory for handles} */
  HandleBlocks blocks() {
    return blocks;
  }

  /** {@return the lock of what is attached, lives and is registered} */
  ReentrantLock lock() {
    return lock;
  }

  HandleTable<DmaDomain> domains() {
    return domains;
  }

  HandleTable<DmaDevice> devices() {
    return devices;
  }

  HandleTable<PasidDevice> pasids() {
    return pasidDevices;
  }

  HandleTable<LogicalToken> tokens() {
    return tokens;
  }

  HandleTable<KnownAdapter> adapters() {
    return adapters;
  }

  /** {@return the name of the next domain} */
  public String nextName() {
    lock.lock();
    try {
      made++;
      return "dma " + made;
    } finally {
      lock.unlock();
    }
  }

  // ---- seeing it, and its end

  /**
   * Adds what there is to an image of the system's state.
   *
   * @param image where it goes
   */
  public void describe(StringBuilder image) {
    image.append("dma: ").append(domains.count()).append(" domains, ");
    image.append(devices.count()).append(" devices, ");
    image.append(pasidDevices.count()).append(" PASIDs, ");
    image.append(tokens.count()).append(" tokens, ");
    image.append(adapters.count()).append(" adapters\n");
    List<Long> attached = new ArrayList<>();
    lock.lock();
    try {
      for (PhysicalDevice device : physical.values()) {
        DmaDomain domain = device.domain();
        if (domain != null) {
          attached.add((long) device.requester() << 32 | domain.type());
        }
      }
    } finally {
      lock.unlock();
    }
    attached.sort(null);
    image.append("dma attached: ").append(attached).append('\n');
  }

  /** Detaches all devices and ends all domains. Nobody uses the interface any more. */
  public void close() {
    Iommu iommu = machine.iommu();
    lock.lock();
    try {
      for (PhysicalDevice device : physical.values()) {
        if (iommu != null && device.domain() != null) {
          iommu.detach(device.requester());
        }
      }
      for (PasidDevice pasid : pasidDevices.all()) {
        if (iommu != null && pasid.domain() != null) {
          iommu.detachPasid(pasid.device().device().requester(), pasid.pasid());
        }
        pasidDevices.remove(pasid.address());
      }
      physical.clear();
    } finally {
      lock.unlock();
    }
    for (DmaDomain domain : domains.all()) {
      Domain engine = domain.engine();
      if (engine != null) {
        engine.close();
      }
      domains.remove(domain.address());
    }
  }
}
