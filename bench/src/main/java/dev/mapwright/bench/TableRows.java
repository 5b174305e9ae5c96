package dev.mapwright.bench;

import dev.mapwright.core.Pages;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.machine.Cpu;
import dev.mapwright.core.space.MapRequest;
import dev.mapwright.core.space.RegionRequest;
import java.util.List;

/** Rows D2 and D3: page tables, and address space that nothing is mapped in. */
final class TableRows {
  private static final int PAGES = 1 << 18;
  private static final long TERABYTE_PAGES = 1L << 28;
  private static final long RAM_PAGES = 1 << 14;

  private TableRows() {}

  /** D2: each page has an entry; all of them show the one page of zeros. */
  static Row tables() {
    try (ThreadWorld world = new ThreadWorld(RAM_PAGES)) {
      MapRequest request = new MapRequest().object(world.object(PAGES), 0).pages(PAGES);
      long first = 0x40000;
      request.where().at(first);
      world.space.root().map(request).orThrow();
      Cpu cpu = world.machine.newCpu();
      cpu.attach(world.space);
      for (int page = 0; page < PAGES; page++) {
        cpu.load(Pages.address(first + page), 8);
      }
      long tables = world.space.translation().tables();
      cpu.attach(null);
      return Row.amount(
          "D2",
          "page tables, a page of 262,144 side by side that have been loaded from",
          "bytes",
          8.1,
          tables * 4096.0 / PAGES,
          Table.format("%,d tables", tables));
    }
  }

  /** D3: a region, which is how address space is reserved. */
  static Row reserved() {
    regionBytes();
    return Row.amount(
        "D3",
        "memory of 1 TiB reserved (a region), nothing mapped",
        "bytes",
        1024.0,
        regionBytes(),
        "heap, tables");
  }

  private static long regionBytes() {
    try (ThreadWorld world = new ThreadWorld(RAM_PAGES)) {
      RegionRequest request = new RegionRequest().pages(TERABYTE_PAGES).capability(Permissions.ALL);
      request.where().at(world.space.firstPage());
      Footprint before = Footprint.of(world.space);
      world.space.root().allocate(request).orThrow();
      return before.growth(world.space);
    }
  }

  static List<Row> measure() {
    return List.of(tables(), reserved());
  }
}
