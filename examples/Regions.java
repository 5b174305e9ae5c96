// Regions as sandboxes: hand somebody a piece of your address space, and only that.
//
// A region is a range that holds mappings and smaller regions. Who has a region can map inside it and
// nowhere else, with no more permissions than it allows, and loses everything at once when it is
// destroyed. So a plug-in gets a region, not the address space.
//
//     mapwright run Regions.java
//     mapwright run --story Regions.java

import dev.mapwright.core.*;
import dev.mapwright.core.machine.*;
import dev.mapwright.core.memory.*;
import dev.mapwright.core.space.*;
import dev.mapwright.sim.*;

void main() {
  try (SimulatedMachine machine = SimulatedMachine.builder().ram(0, 1024).seed(3).build();
      AddressSpace space = AddressSpace.create(machine, "process", 0x10, 0x7FFFFFFFEL).get()) {
    Cpu cpu = machine.newCpu();
    cpu.attach(space);
    Region root = space.root();

    // The host's own data, anywhere: places are drawn at random from all that are free.
    MemoryObject secret = MemoryObject.paged(machine, 1).get();
    MapRequest own = new MapRequest().object(secret, 0).pages(1);
    root.map(own).orThrow();
    cpu.store(Pages.address(own.firstPage()), 8, 0x5EC7E7);

    // The plug-in's sandbox: 64 pages, data only. Nothing in it can ever be executed.
    RegionRequest request = new RegionRequest().pages(64).capability(Permissions.READ_WRITE);
    root.allocate(request).orThrow();
    Region sandbox = request.region();
    IO.println("the sandbox: " + sandbox + ", " + Permissions.text(sandbox.capability()));

    // The plug-in uses it as it likes: some data, and a region inside for its cache.
    MemoryObject data = MemoryObject.paged(machine, 4).get();
    MapRequest inside = new MapRequest().object(data, 0).pages(4);
    inside.where().firstFit();
    sandbox.map(inside).orThrow();
    RegionRequest cache = new RegionRequest().pages(16).capability(Permissions.READ_WRITE);
    cache.where().firstFit();
    sandbox.allocate(cache).orThrow();
    inside.where().compact();
    cache.region().map(inside).orThrow();
    show(sandbox, "  ");

    // What it cannot do.
    inside.where().at(own.firstPage());
    IO.println("map over the host's page:   " + sandbox.map(inside));
    IO.println("unmap the host's page:      " + sandbox.unmap(own.firstPage(), 1));
    inside.where().firstFit();
    IO.println("map something executable:   " + sandbox.map(inside.permissions(Permissions.ALL)));
    IO.println("make its data executable:   "
        + sandbox.protect(sandbox.firstPage(), 4, Permissions.READ_EXECUTE));
    cache.pages(100).where().firstFit();
    IO.println("a region larger than it:    " + sandbox.allocate(cache));

    // And the host cannot map into it by accident: for the host the place is taken.
    own.where().at(sandbox.lastPage());
    IO.println("the host maps into it:      " + root.map(own));

    // The end of the plug-in is one call, however much it has mapped at whatever depth.
    long address = Pages.address(sandbox.firstPage());
    cpu.store(address, 8, 42);
    IO.println("mappings before the end: " + space.mappings());
    sandbox.destroy().orThrow();
    IO.println("mappings after the end:  " + space.mappings());
    try {
      cpu.load(address, 8);
    } catch (MemoryFault caught) {
      IO.println(caught.fault());
    }
    IO.println("and its handle is dead:     " + sandbox.map(inside));
    data.release();
    secret.release();
  }
}

static void show(Region region, String indent) {
  region.forEachChild(new Region.ChildVisitor() {
    public void region(Region child) {
      IO.println(indent + child + ", " + Permissions.text(child.capability()));
      show(child, indent + "  ");
    }

    public void mapping(MappingInfo mapping) {
      IO.println(indent + "mapping 0x%x-0x%x %s".formatted(Pages.address(mapping.firstPage()),
          Pages.lastAddress(mapping.lastPage()), Permissions.text(mapping.permissions())));
    }
  });
}
