package dev.mapwright.proof.concurrency;

import dev.mapwright.core.Outcome;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.check.SpaceParts;
import dev.mapwright.core.space.MapRequest;
import dev.mapwright.core.space.Region;
import java.util.Arrays;
import java.util.function.Supplier;

/** Changes what the homes of a space show. */
final class Mapper extends Actor {
  private final TrackedSpace space;
  private final Region root;
  private final MapRequest request = new MapRequest();

  Mapper(CampaignRun run, TrackedSpace space) {
    super(run);
    this.space = space;
    this.root = space.space.root();
    for (TrackedObject object : space.objects) {
      int size = object.pages.length;
      map(object, 0, space.home(object, 0), size, Permissions.READ_WRITE);
    }
  }

  @Override
  void step() {
    if (random.chance(50)) {
      rest();
    }
    space.pause.readLock().lock();
    try {
      if (random.chance(10)) {
        divide();
      }
      change();
    } finally {
      space.pause.readLock().unlock();
    }
  }

  /** Divides the space somewhere, which nobody is to notice. */
  private void divide() {
    long one = space.page(random.below(space.at.length));
    long other = space.page(random.below(space.at.length));
    if (SpaceParts.divide(space.space, one, one, other, other)) {
      run.tally.count("divided");
    }
  }

  private void change() {
    TrackedObject object = space.objects.get(random.below(space.objects.size()));
    int size = object.pages.length;
    int page = random.below(size);
    int count = 1 + random.below(size - page);
    int which = random.below(2);
    int from = space.home(object, which) + page;
    int permissions = random.chance(75) ? Permissions.READ_WRITE : Permissions.READ;
    switch (random.below(16)) {
      case 0, 1, 2, 3, 4, 5, 6, 7 -> map(object, page, from, count, permissions);
      case 8 -> {
        AddressHistory.Showing[] begun = new AddressHistory.Showing[count];
        for (int i = 0; i < count; i++) {
          begun[i] = space.at[from + i].begin(null, Permissions.NONE, false);
        }
        finish("unmap", () -> root.unmap(space.page(from), count), begun);
      }
      case 9, 10, 11, 12 -> {
        int left = random.oneOf(Permissions.NONE, Permissions.READ, Permissions.READ_WRITE);
        protect(from, count, left);
      }
      case 13, 14 -> move(from, space.home(object, 1 - which) + page, count);
      default -> done("retag", root.retag(space.page(from), count, tag -> random.below(3)));
    }
  }

  private void map(TrackedObject object, int page, int from, int count, int permissions) {
    request.clear().object(object.object, page).pages(count).permissions(permissions);
    request.tag(random.below(2)).installPresent(random.chance(30));
    if (random.chance(70)) {
      request.where().overwrite(space.page(from));
    } else {
      request.where().at(space.page(from));
    }
    AddressHistory.Showing[] begun = new AddressHistory.Showing[count];
    for (int i = 0; i < count; i++) {
      begun[i] = space.at[from + i].begin(object.pages[page + i], permissions, false);
    }
    finish("map", () -> root.map(request), begun);
  }

  private void protect(int from, int count, int permissions) {
    AddressHistory.Showing[] begun = new AddressHistory.Showing[count];
    for (int i = 0; i < count; i++) {
      PageHistory shown = space.at[from + i].now().page;
      begun[i] = space.at[from + i].begin(shown, permissions, true);
    }
    finish("protect", () -> root.protect(space.page(from), count, permissions), begun);
  }

  private void move(int from, int to, int count) {
    AddressHistory.Showing[] begun = new AddressHistory.Showing[2 * count];
    for (int i = 0; i < count; i++) {
      AddressHistory.Showing shown = space.at[from + i].now();
      begun[i] = space.at[to + i].begin(shown.page, shown.permissions, false);
      begun[count + i] = space.at[from + i].begin(null, Permissions.NONE, false);
    }
    finish("move", () -> root.move(space.page(from), count, space.page(to)), begun);
  }

  private void finish(String what, Supplier<Outcome> call, AddressHistory.Showing[] begun) {
    boolean done = done(what, call.get());
    Arrays.stream(begun).forEach(showing -> showing.end(run.clock, fate(done)));
  }
}
