// A driver that gives back a part of a mapping, and maps something else there, too early.
//
// A capture card writes a video into eight pages at fixed addresses, one after the other. Its
// driver takes two of them away in the middle and puts other pages there, as it may where drivers
// choose addresses. The card was not told: it goes on writing where it always did. All that it
// does is allowed, so no IOMMU in the world objects; but the wrong page is written to. What helps
// is to ask the domain what was at an address, and since when something else is.
//
//     mapwright run PartialUnmapBug.java

import module dev.mapwright.sim;
import dev.mapwright.core.Permissions;

static final int CARD = 0x20;
static final long VIDEO = 0x1000; // the first page of the eight

void main() {
  try (SimulatedMachine machine =
      SimulatedMachine.builder().ram(0x100, 4096).iommu(IommuMode.LEGACY, 48).seed(7).build()) {
    Iommu iommu = machine.iommu();
    try (Domain domain =
        Domain.create(machine, "card", 48, null, DomainOptions.USUAL).get()) {
      need(iommu.attach(CARD, domain.translation()));
      capture(machine, domain, machine.newDmaPort(CARD, DmaFault.NO_PASID));
      iommu.detach(CARD);
    }
  }
}

static void capture(SimulatedMachine machine, Domain domain, DmaPort card) {
  long video = frames(machine, 8);
  long settings = frames(machine, 2);
  DomainRequest request = new DomainRequest().pages(8).permissions(Permissions.WRITE).at(VIDEO);
  domain.map(request, page -> video + page).orThrow();
  picture(card, 1);

  // The driver takes pages 3 and 4 of the eight, and shows the card its settings there instead. The
  // bug is the order: the card is told afterwards, or not at all.
  domain.unmap(VIDEO + 3, 2, "the driver, to make room for the settings").orThrow();
  machine.memory().writeLong(Pages.address(settings), 0x53455454);
  request.clear().pages(2).at(VIDEO + 3);
  domain.map(request, page -> settings + page).orThrow();
  picture(card, 2);

  IO.println("the settings begin with 0x%x, and page 3 of the video with %d".formatted(
      machine.memory().readLong(Pages.address(settings)),
      machine.memory().readLong(Pages.address(video + 3))));
  IO.println("what the domain knows:");
  domain.events().stream()
      .filter(event -> event.pages() <= 8) // not what it was made with
      .forEach(event -> IO.println("  %d. %s of %d pages at 0x%x"
          .formatted(event.sequence(), event.kind().words(), event.pages(), event.address())));

  domain.unmap(VIDEO, 8).orThrow();
  // Had the driver left a gap, the card would have been stopped there, and told of it.
  DmaFault fault = card.write(Pages.address(VIDEO + 3), MemorySegment.ofArray(new long[1]), 0, 8);
  IO.println(domain.explain(fault).report());
  for (int i = 0; i < 8; i++) {
    machine.frames().free(video + i);
  }
  machine.frames().free(settings);
  machine.frames().free(settings + 1);
}

/** The card writes a picture: its number at the beginning of each page. */
static void picture(DmaPort card, int number) {
  MemorySegment from = MemorySegment.ofArray(new long[] {number});
  for (int page = 0; page < 8; page++) {
    card.write(Pages.address(VIDEO + page), from, 0, 8);
  }
}

static long frames(SimulatedMachine machine, int count) {
  long pfn = machine.frames().allocateRun(Frames.RunRequest.of(count, 0), FrameOwner.POOL, 1);
  need(pfn >= 0);
  return pfn;
}

static void need(boolean had) {
  if (!had) {
    throw new IllegalStateException("no frame is left");
  }
}
