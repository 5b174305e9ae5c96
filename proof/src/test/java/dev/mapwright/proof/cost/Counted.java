package dev.mapwright.proof.cost;

import dev.mapwright.proof.mutants.Interleaving;
import dev.mapwright.proof.mutants.Interleaving.Point;
import dev.mapwright.proof.mutants.MutantLoader;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A scenario whose operations are counted: it runs on classes of the engine that were loaded once
 * more, with a counter in their loops. An operation that takes more steps than it may is stopped by
 * an error, so that a test of what is endless comes to an end.
 */
abstract class Counted implements Callable<String> {
  private static final String STEP = "a step";
  private static final String OBJECT = "dev.mapwright.core.object.";
  private static final String STATE = "dev.mapwright.core.state.";
  private static final String INDEX = "dev.mapwright.core.index.";
  private static final String ENGINE = "dev.mapwright.core.engine.";
  private static final String CPU = "dev.mapwright.sim.cpu.";
  private static final String TABLES = "dev.mapwright.sim.tables.";

  /** The loops of the engine whose rounds somebody else decides about. */
  private static final Point[] LOOPS = {
    step(OBJECT + "Lineage", "see", "get"),
    step(OBJECT + "Lineage", "jump", "window"),
    step(OBJECT + "Lineage", "nextEntry", "next"),
    step(OBJECT + "Change", "run", "first"),
    step(OBJECT + "Change", "run", "next"),
    step(OBJECT + "Views", "enter", "entered"),
    step(OBJECT + "Views", "leave", "entered"),
    step(OBJECT + "Ending", "goUp", "drop"),
    step(OBJECT + "Removal", "removeFrom", "next"),
    step(OBJECT + "Removal", "anyPinned", "get"),
    step(OBJECT + "Supply", "ownFrames", "get"),
    step(OBJECT + "Supply", "fillAbsent", "get"),
    step(INDEX + "PageTrie", "atLeast", "slot"),
    step(INDEX + "PageTrie", "floor", "slot"),
    step(INDEX + "PageTrie", "leafFor", "slot"),
    step(INDEX + "BlockTrie", "entered", "isBlock"),
    step(INDEX + "BlockTrie", "removed", "isBlock"),
    step(INDEX + "BlockTrie", "searched", "max"),
    step(INDEX + "BlockTrie", "orderAt", "isBlock"),
    step(INDEX + "BlockTrie", "next", "isBlock"),
    step(INDEX + "BlockSearch", "inSlot", "free"),
    step(INDEX + "BlockSearch", "inWholeSlots", "free"),
    step(INDEX + "LinkedTree", "add", "before"),
    step(INDEX + "LinkedTree", "mend", "height"),
    step(STATE + "FirstFit", "lastUpTo", "right"),
    step(STATE + "FirstFit", "nextOf", "right"),
    step(STATE + "FirstFit", "firstIn", "left"),
    step(STATE + "FirstFit", "lowest", "max"),
    step(ENGINE + "Finder", "next", "firstMapping"),
    step(ENGINE + "Physical", "hold", "isRam"),
    step(ENGINE + "Physical", "unhold", "isRam"),
    step(ENGINE + "Pieces", "removeFrom", "firstBeginning"),
    step(TABLES + "HookTree", "with", "compareBegin"),
    step(TABLES + "HookTree", "without", "compareBegin"),
    step(TABLES + "HookTree", "meets", "touches"),
    step(TABLES + "HookTree", "collect", "reaches"),
    step(TABLES + "TableCursor", "look", "index"),
    step(CPU + "HookedAccess$Turn", "next", "contains"),
  };

  private final AtomicLong steps = new AtomicLong();
  private volatile long most = Long.MAX_VALUE;

  private static Point step(String className, String methodName, String called) {
    return Point.before(STEP, className, methodName, called, 1);
  }

  /** Runs a scenario of a class with a public constructor without parameters. */
  static void run(Class<? extends Counted> scenario) throws Exception {
    Callable<String> counted = new MutantLoader(null, LOOPS).make(scenario);
    try {
      counted.call();
    } finally {
      Interleaving.forgetAll();
    }
  }

  abstract void play();

  @Override
  public String call() {
    Interleaving.on(
        STEP,
        () -> {
          if (steps.incrementAndGet() > most) {
            throw new AssertionError("more than " + most + " steps");
          }
        });
    play();
    return "";
  }

  /** Carries something out and fails when it takes more steps than it may. */
  final long within(long bound, String what, Runnable operation) {
    steps.set(0);
    most = bound;
    try {
      operation.run();
      return steps.get();
    } catch (AssertionError e) {
      throw new AssertionError(what + ": " + e.getMessage(), e);
    } finally {
      most = Long.MAX_VALUE;
    }
  }
}
