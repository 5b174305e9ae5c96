package dev.mapwright.windows.memory.iommu;

import dev.mapwright.core.dma.Domain;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Compares what {@link IommuState} has written down in several places: for tests, while nobody
 * attaches, detaches, makes or ends anything.
 */
public final class IommuBooks {
  private final IommuState state;
  private final List<String> violations = new ArrayList<>();
  private final Set<Long> handles = new HashSet<>();

  /** How much is attached to a domain, by the devices. */
  private final Map<DmaDomain, Integer> attached = new HashMap<>();

  private IommuBooks(IommuState state) {
    this.state = state;
  }

  /**
   * {@return what contradicts itself, a sentence each; empty when all is right}
   *
   * @param state the system's
   */
  public static List<String> violations(IommuState state) {
    IommuBooks books = new IommuBooks(state);
    state.lock().lock();
    try {
      books.check();
    } finally {
      state.lock().unlock();
    }
    return List.copyOf(books.violations);
  }

  private void check() {
    state.physicalDevices().forEach(this::checkPhysical);
    state.pasids().all().forEach(this::checkPasid);
    state.devices().all().forEach(this::checkDevice);
    state.tokens().all().forEach(this::checkToken);
    state.adapters().all().forEach(this::checkAdapter);
    state.domains().all().forEach(this::checkDomain);
  }

  private void require(boolean right, String wrong, Object what) {
    if (!right) {
      violations.add(wrong + ": " + what);
    }
  }

  private void checkHandle(long address, boolean live, String what) {
    String named = what + " 0x" + Long.toHexString(address);
    require(handles.add(address), "two things have one handle", named);
    require(live, "what has ended has a handle", named);
  }

  private void countAttached(DmaDomain domain) {
    attached.merge(domain, 1, Integer::sum);
    require(
        domain.live() && state.domain(domain.address()) == domain,
        "something is attached to a domain that has ended",
        domain.address());
  }

  private void checkPhysical(PhysicalDevice device) {
    long pdo = device.pdo();
    require(device.plugged(), "a device that was taken out is there", pdo);
    require(!device.changing(), "a device is being attached or detached for ever", pdo);
    DmaDomain domain = device.domain();
    if (domain != null) {
      countAttached(domain);
      require(device.left() == null, "a device is attached and has left a domain", pdo);
    } else {
      require(device.faultHandler() == null, "a handler of a device that is not attached", pdo);
    }
  }

  private void checkDevice(DmaDevice device) {
    checkHandle(device.address(), device.live(), "device");
    long pasids = state.pasids().all().stream().filter(pasid -> pasid.device() == device).count();
    require(
        pasids == device.pasidDevices(),
        "a device counts " + device.pasidDevices() + " PASIDs and has " + pasids,
        device.address());
    PhysicalDevice physical = device.device();
    require(
        physical.plugged() || physical.domain() == null,
        "a device that was taken out is attached",
        physical.pdo());
  }

  private void checkPasid(PasidDevice pasid) {
    checkHandle(pasid.address(), pasid.live(), "device of a PASID");
    DmaDevice device = pasid.device();
    require(
        device.live() && state.device(device.address()) == device,
        "a PASID of a device that has ended",
        pasid.pasid());
    require(
        pasid.pasid() > 0 && pasid.pasid() >>> Pasids.bits(state, device.device()) == 0,
        "no such PASID",
        pasid.pasid());
    long same =
        state.pasids().all().stream()
            .filter(other ->
                other.device().device() == device.device() && other.pasid() == pasid.pasid())
            .count();
    require(same == 1, "a PASID is given out more than once", pasid.pasid());
    require(!pasid.changing(), "a PASID is being attached or detached for ever", pasid.pasid());
    DmaDomain domain = pasid.domain();
    if (domain != null) {
      countAttached(domain);
      require(device.device().plugged(), "a device that was taken out is attached", pasid.pasid());
    }
  }

  private void checkToken(LogicalToken token) {
    checkHandle(token.address(), true, "token");
    DmaDomain domain = token.domain();
    require(
        domain.live() && state.domain(domain.address()) == domain,
        "a token of a domain that has ended",
        token);
  }

  private void checkAdapter(KnownAdapter adapter) {
    checkHandle(adapter.address(), true, "adapter");
    DmaDomain own = adapter.own();
    boolean right = own == null || own.live() && own.ofAdapter();
    require(right, "an adapter whose domain has ended, or can be deleted", adapter.address());
  }

  private void checkDomain(DmaDomain domain) {
    checkHandle(domain.address(), domain.live(), "domain");
    int counted = attached.getOrDefault(domain, 0);
    require(
        counted == domain.attached(),
        "a domain counts " + domain.attached() + " attached and has " + counted,
        domain.address());
    Domain engine = domain.engine();
    if (engine != null) {
      long tokens = state.tokens().all().stream().filter(token -> token.domain() == domain).count();
      require(
          tokens == engine.reservations(),
          "a domain has " + engine.reservations() + " reservations and tokens " + tokens,
          domain.address());
    }
  }
}
