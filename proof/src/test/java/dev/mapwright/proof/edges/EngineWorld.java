package dev.mapwright.proof.edges;

import dev.mapwright.core.Made;
import dev.mapwright.core.Outcome;
import dev.mapwright.core.Pages;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.check.Invariants;
import dev.mapwright.core.dma.BuddyAllocator;
import dev.mapwright.core.dma.Domain;
import dev.mapwright.core.dma.DomainOptions;
import dev.mapwright.core.dma.DomainRequest;
import dev.mapwright.core.dma.DomainReservation;
import dev.mapwright.core.machine.DmaFault;
import dev.mapwright.core.machine.Iommu;
import dev.mapwright.core.machine.TranslationEntry;
import dev.mapwright.core.space.PfnSource;
import dev.mapwright.proof.edges.EdgeNames.Physical;
import dev.mapwright.sim.IommuMode;
import dev.mapwright.sim.SimulatedMachine;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/** The engine's own domains, asked in pages. */
final class EngineWorld implements EdgeWorld {
  private static final int WIDTH = 39;

  private record Segment(DomainReservation reservation, long firstPage, long pages) {}

  private final SimulatedMachine machine =
      SimulatedMachine.builder().ram(0x100, 4096).iommu(IommuMode.LEGACY, WIDTH).build();
  private final Iommu iommu = Objects.requireNonNull(machine.iommu());
  private final Map<String, Domain> domains = new HashMap<>();
  private final Map<String, Domain> attached = new HashMap<>();
  private final Map<String, Integer> devices = new HashMap<>();
  private final Map<String, DomainReservation> reservations = new HashMap<>();
  private final Map<String, Segment> segments = new HashMap<>();

  @Override
  public SimulatedMachine machine() {
    return machine;
  }

  @Override
  public boolean knows(String need) {
    return false; // it counts in pages, has no tokens of its own, and keeps no books of devices
  }

  @Override
  public String success() {
    return "ok";
  }

  @Override
  public String expected(EdgeStep refusal) {
    return refusal.text("refused");
  }

  @Override
  public int requester(String device) {
    return Objects.requireNonNull(devices.get(device));
  }

  @Override
  public String named(DmaFault fault, String device) {
    Domain domain = attached.get(device);
    if (domain == null) {
      return fault.reason() == DmaFault.Reason.NOT_ATTACHED ? "blocked" : fault.toString();
    }
    // The entry of a page without permissions looks to the hardware as if there were none.
    long entry = domain.entry(Pages.of(fault.address()));
    return switch (fault.reason()) {
      case NOT_MAPPED, DENIED -> entry == TranslationEntry.ABSENT ? "not-mapped" : "permission";
      default -> fault.toString();
    };
  }

  @Override
  public String call(EdgeStep step, EdgeNames names) {
    return switch (step.text("do")) {
      case "domain" -> newDomain(step);
      case "device" -> {
        devices.put(step.text("name"), 0x20 + devices.size());
        yield "ok";
      }
      case "attach" -> attach(step);
      case "detach" -> {
        iommu.detach(requester(step.text("device")));
        attached.remove(step.text("device"));
        yield "ok";
      }
      case "map" -> map(step, names);
      case "unmap" ->
          named(
              domain(step)
                  .unmap(Pages.of(names.address(step.text("at"))), Pages.of(names.bytes(step))));
      case "map-identity" -> {
        Physical memory = names.physical(step);
        yield named(
            domain(step).mapIdentity(frames(memory), Pages.of(memory.bytes()), permissions(step)));
      }
      case "unmap-identity" -> {
        Physical memory = names.physical(step);
        yield named(domain(step).unmapIdentity(frames(memory), Pages.of(memory.bytes())));
      }
      case "reserve" -> reserve(step, names);
      case "free" -> named(reservation(step).release());
      case "map-reserved" -> mapReserved(step, names);
      case "unmap-reserved" -> {
        Segment segment = Objects.requireNonNull(segments.get(step.text("segment")));
        yield named(segment.reservation.unmap(segment.firstPage, segment.pages));
      }
      default -> throw new AssertionError("no such step");
    };
  }

  private String newDomain(EdgeStep step) {
    int bits = step.has("allocator") ? step.inner("allocator").number("width", WIDTH) : 0;
    Domain domain =
        Domain.create(
                machine,
                step.text("name"),
                bits == 0 ? WIDTH : bits,
                bits == 0 ? null : new BuddyAllocator(bits, machine.failures()),
                DomainOptions.USUAL)
            .get();
    domains.put(step.text("name"), domain);
    return "ok";
  }

  private String attach(EdgeStep step) {
    attached.put(step.text("device"), domain(step));
    boolean done = iommu.attach(requester(step.text("device")), domain(step).translation());
    return done ? "ok" : "not attached";
  }

  private String map(EdgeStep step, EdgeNames names) {
    Physical memory = names.physical(step);
    DomainRequest request =
        request(step, names, Pages.of(memory.bytes())).permissions(permissions(step));
    Outcome outcome = domain(step).map(request, frames(memory));
    if (outcome == Outcome.OK && step.has("as")) {
      names.put(step.text("as"), Pages.address(request.page()));
    }
    return named(outcome);
  }

  private String reserve(EdgeStep step, EdgeNames names) {
    Made<DomainReservation> made =
        domain(step).reserve(request(step, names, Pages.of(names.bytes(step))));
    if (made.outcome() == Outcome.OK) {
      reservations.put(step.text("as"), made.get());
      names.put(step.text("as"), Pages.address(made.get().firstPage()));
    }
    return named(made.outcome());
  }

  private String mapReserved(EdgeStep step, EdgeNames names) {
    Physical memory = names.physical(step);
    long first = Pages.of(names.address(step.text("offset")));
    long pages = Pages.of(memory.bytes());
    Outcome outcome = reservation(step).map(first, pages, frames(memory), permissions(step));
    if (outcome == Outcome.OK && step.has("as")) {
      segments.put(step.text("as"), new Segment(reservation(step), first, pages));
    }
    return named(outcome);
  }

  private static DomainRequest request(EdgeStep step, EdgeNames names, long pages) {
    DomainRequest request = new DomainRequest().pages(pages);
    if (step.has("at")) {
      request.at(Pages.of(names.address(step.text("at"))));
    }
    if (step.has("from") || step.has("to")) {
      long from = step.has("from") ? names.address(step.text("from")) : 0;
      long to = step.has("to") ? names.address(step.text("to")) : Long.MAX_VALUE;
      request.within(Pages.of(from + 4095), Pages.of(to + 1) - 1);
    }
    return request;
  }

  private static PfnSource frames(Physical memory) {
    long first = Pages.of(memory.base());
    return page -> first + page;
  }

  private static int permissions(EdgeStep step) {
    if (step.has("bits")) {
      return Long.decode(step.text("bits")).intValue();
    }
    int set = 0;
    for (char letter : step.text("permissions").toCharArray()) {
      set |= letter == 'r' ? Permissions.READ : Permissions.WRITE;
    }
    return set;
  }

  private Domain domain(EdgeStep step) {
    return Objects.requireNonNull(domains.get(step.text("domain")));
  }

  private DomainReservation reservation(EdgeStep step) {
    return Objects.requireNonNull(reservations.get(step.text("token")));
  }

  private static String named(Outcome outcome) {
    return switch (outcome) {
      case OK -> "ok";
      case INVALID, OUTSIDE -> "invalid";
      case UNSUPPORTED -> "unsupported";
      case NO_ROOM -> "no-room";
      case OCCUPIED, IN_USE -> "in-use";
      case NOT_MAPPED -> "not-mapped";
      case DEAD -> "dead";
      default -> outcome.name();
    };
  }

  @Override
  public void close() {
    Invariants.verify(machine);
    devices.values().forEach(iommu::detach);
    domains.values().forEach(Domain::close);
    machine.close();
  }
}
