package dev.mapwright.proof.dma;

import dev.mapwright.core.Outcome;
import dev.mapwright.core.dma.BuddyAllocator;
import dev.mapwright.core.dma.LogicalAllocator;
import dev.mapwright.core.failure.FailurePoints;
import dev.mapwright.proof.Shrinker;
import dev.mapwright.proof.SplitMix;
import dev.mapwright.proof.dma.BuddyOperation.Style;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * Random operations on the allocator and on its model; every answer is compared, how many pages are
 * free, and every range. Being a {@link Callable}, it can be run on classes of another loader.
 */
public final class BuddyCampaign implements Callable<String> {
  private static final int SEEDS_OF_A_MUTANT = 60;

  private final Map<String, Integer> answers = new TreeMap<>();

  /** Made by name, too. */
  public BuddyCampaign() {}

  /** {@return what the operations were answered, and how often} */
  public Map<String, Integer> answers() {
    return answers;
  }

  /** {@return what was found in a run of the length that mutants get; empty for nothing} */
  @Override
  public String call() {
    return find(SEEDS_OF_A_MUTANT);
  }

  /**
   * Runs sequences of operations.
   *
   * @param seeds how many
   * @return what was found with the shortest sequence that finds it; empty for nothing
   */
  public String find(int seeds) {
    for (int seed = 0; seed < seeds; seed++) {
      Style style = Style.values()[seed % Style.values().length];
      int width = style.width(seed / Style.values().length);
      List<BuddyOperation> operations =
          BuddyOperation.sequence(new SplitMix(seed), style, width - 12);
      if (failure(width, operations) != null) {
        List<BuddyOperation> shortest =
            Shrinker.shrink(operations, some -> failure(width, some) != null);
        return "seed %d, width %d: %s%n%s"
            .formatted(seed, width, failure(width, shortest), shortest);
      }
    }
    return "";
  }

  private @Nullable String failure(int width, List<BuddyOperation> operations) {
    Run run = new Run(width, answers);
    for (BuddyOperation operation : operations) {
      String found;
      try {
        found = run.apply(operation);
      } catch (RuntimeException | AssertionError e) {
        found = e.toString();
      }
      if (found != null) {
        return operation + ": " + found;
      }
    }
    return null;
  }

  /** One allocator and its model. */
  private static final class Run {
    private record Live(long first, long pages) {}

    private final FailurePoints failures = new FailurePoints();
    private final LogicalAllocator allocator;
    private final BuddyModel model;
    private final List<Live> live = new ArrayList<>();
    private final Map<String, Integer> answers;

    Run(int width, Map<String, Integer> answers) {
      allocator = new BuddyAllocator(width, failures);
      model =
          new BuddyModel(width, BuddyAllocator.CACHED_BLOCKS, BuddyAllocator.MOST_CACHED_BLOCKS);
      this.answers = answers;
    }

    /** What is wrong; null for nothing. */
    @Nullable String apply(BuddyOperation operation) {
      if (operation.refuse()) {
        failures.failNth(1);
      } else {
        failures.off();
      }
      String found =
          switch (operation.kind()) {
            case ALLOCATE -> allocate(operation);
            case FREE -> free(operation);
            case FREE_WHAT_IS_NOT_LIVE -> freeWhatIsNotLive(operation);
            case RESERVE -> reserve(operation);
          };
      return found == null ? compareAll() : found;
    }

    private @Nullable String allocate(BuddyOperation operation) {
      long first = operation.window() < 0 ? 0 : operation.draw() % allocator.pages();
      long last =
          operation.window() < 0
              ? Long.MAX_VALUE
              : first + operation.pages() - 1 + operation.window() - operation.pages() / 4;
      last = Math.max(0, last);
      boolean served = model.cacheServes(operation.pages(), first, last);
      long answer = allocator.allocate(operation.pages(), first, last);
      if (answer == LogicalAllocator.NO_MEMORY) {
        count("no memory");
        boolean hadToAsk = !served && model.place(operation.pages(), first, last) >= 0;
        return failures.refused() == 1 && hadToAsk ? null : "no memory, without reason";
      }
      long expected = model.allocate(operation.pages(), first, last);
      if (answer != expected) {
        return answer + " instead of " + expected;
      }
      if (answer < 0) {
        count("no room");
        return null;
      }
      count(served ? "from the cache" : "from free space");
      live.add(new Live(answer, operation.pages()));
      return failures.refused() == 0 ? null : "what it took was refused";
    }

    private @Nullable String free(BuddyOperation operation) {
      if (live.isEmpty()) {
        return null;
      }
      // Mostly one of the newest: neighbours come and go together.
      int some = operation.draw() % 32 == 0 ? live.size() : Math.min(live.size(), 60);
      int index = live.size() - 1 - (int) (operation.draw() / 32 % some);
      Live one = live.remove(index);
      failures.failAll();
      allocator.free(one.first, one.pages);
      count("freed");
      boolean known = model.free(one.first, one.pages);
      return known && failures.asked() == 0 ? null : "freeing acquires, or the model is wrong";
    }

    private @Nullable String freeWhatIsNotLive(BuddyOperation operation) {
      long page = operation.draw() % allocator.pages();
      if (!live.isEmpty() && operation.draw() % 3 != 0) {
        Live one = live.get((int) (operation.draw() / 3 % live.size()));
        page = operation.draw() % 2 == 0 ? one.first : one.first + one.pages / 2;
      }
      try {
        allocator.free(page, operation.pages());
      } catch (IllegalArgumentException e) {
        count("not live");
        long refused = page;
        boolean isLive =
            live.stream()
                .anyMatch(one ->
                    one.first == refused
                        && BuddyModel.rounded(one.pages) == BuddyModel.rounded(operation.pages()));
        return isLive ? "it is live" : null;
      }
      // By chance it was one.
      long freed = page;
      live.removeIf(one -> one.first == freed);
      return model.free(page, operation.pages()) ? null : "freed what is not live";
    }

    private @Nullable String reserve(BuddyOperation operation) {
      long first = operation.draw() % allocator.pages();
      long last = first + operation.pages() - 1;
      Outcome answer = allocator.reserve(first, last);
      count("reserve " + answer);
      Outcome expected =
          last >= allocator.pages()
              ? Outcome.OUTSIDE
              : !model.canReserve(first, last)
                  ? Outcome.OCCUPIED
                  : operation.refuse() ? Outcome.OUT_OF_RECORDS : Outcome.OK;
      if (answer == Outcome.OK) {
        model.reserve(first, last);
      }
      return answer == expected ? null : answer + " instead of " + expected;
    }

    private @Nullable String compareAll() {
      if (allocator.freePages() != model.freePages()) {
        return allocator.freePages() + " free pages instead of " + model.freePages();
      }
      List<String> ranges = new ArrayList<>();
      allocator.forEach(
          (first, last, reserved) -> ranges.add(BuddyModel.text(first, last, reserved)));
      List<String> expected = model.ranges();
      return ranges.equals(expected) ? null : ranges + " instead of " + expected;
    }

    private void count(String answer) {
      answers.merge(answer, 1, Integer::sum);
    }
  }
}
