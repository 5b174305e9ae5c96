package dev.mapwright.windows.context;

import dev.mapwright.core.Pages;
import dev.mapwright.core.event.Event;
import dev.mapwright.core.event.EventKind;
import dev.mapwright.core.event.EventStream;
import dev.mapwright.core.machine.Cpu;
import dev.mapwright.core.space.AddressSpace;
import dev.mapwright.windows.abi.NtStatus;
import dev.mapwright.windows.answer.Advice;
import dev.mapwright.windows.answer.Answer;
import dev.mapwright.windows.answer.AnswerObserver;
import dev.mapwright.windows.answer.Condition;
import dev.mapwright.windows.answer.Effect;
import dev.mapwright.windows.answer.Routine;
import dev.mapwright.windows.bugcheck.BugCheck;
import dev.mapwright.windows.bugcheck.BugCheckReport;
import dev.mapwright.windows.bugcheck.NtStatusException;
import dev.mapwright.windows.memory.pte.Makers;
import dev.mapwright.windows.memory.pte.PteUse;
import dev.mapwright.windows.memory.pte.ReservedRange;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who calls, and how calls are answered. See {@link NtContext} for the protocol.
 *
 * <p>Everything in here is used by the one thread that makes calls with the context.
 */
abstract class Answering extends Workspace {
  /** The second parameter of bug check 0xE6/0x13: the IRQL is higher than it may be. */
  private static final int IRQL_IS_HIGHER = 2;

  private final Kernel kernel;
  private final Processor processor;
  private final Driver driver;
  private final int driverMaker;

  /**
   * The routine that is running, or ran last: its ordinal. Each call writes it, and a number is
   * written without the collector's barrier.
   */
  private int routine = Routine.MEMORY_ACCESS.ordinal();

  /** Whether {@link #refused} is the answer of the last call, and not of one before it. */
  private boolean answered;

  /** The last answer that was no success; null for none yet. */
  private @Nullable Condition refused;

  private long number1;
  private long number2;
  private long number3;
  private long number4;

  // What a misuse is about, for the report.
  private long aboutPage;
  private long aboutPages;
  private long aboutName;

  Answering(Kernel kernel, Processor processor, Driver driver) {
    super(kernel);
    this.kernel = kernel;
    this.processor = processor;
    this.driver = driver;
    driverMaker = kernel.makers().number(new Makers.Maker(driver.name(), ""));
  }

  // ---- who calls

  /** {@return the system} */
  public Kernel kernel() {
    return kernel;
  }

  /** {@return the processor} */
  public Processor processor() {
    return processor;
  }

  /** {@return the processor's CPU} */
  public Cpu cpu() {
    return processor.cpu();
  }

  /** {@return the IRQL now} */
  public int irql() {
    return processor.irql();
  }

  /** {@return the current process; null for none} */
  public @Nullable NtProcess process() {
    return processor.process();
  }

  /** {@return the driver in whose name calls are made} */
  public Driver driver() {
    return driver;
  }

  /** {@return who makes what this call makes, see {@link Makers}} */
  public int maker() {
    return kernel.journal().listening()
        ? kernel.makers().number(new Makers.Maker(driver.name(), EventStream.callSite()))
        : driverMaker;
  }

  /**
   * {@return the same in words, for a domain of the engine to remember; nothing of the heap unless
   * call sites are recorded}
   */
  public String label() {
    return kernel.journal().listening()
        ? new Makers.Maker(driver.name(), EventStream.callSite()).toString()
        : driver.name();
  }

  // ---- how a call begins and ends

  /**
   * Begins a call: is the system running, is the IRQL one at which the routine may be called, and
   * is it not to fail on purpose?
   *
   * @param called the routine
   * @return false when it has to return its failure; why is said already
   * @throws BugCheck when the system has stopped
   * @throws NtStatusException when a routine that raises fails on purpose
   */
  public boolean enter(Routine called) {
    return enter(called, called.maxIrql(), 0);
  }

  /**
   * Goes on with a call that has run a callback, which may have made calls with this context.
   *
   * @param called the routine
   * @throws BugCheck when the system has stopped meanwhile
   */
  public void resume(Routine called) {
    requireRunning();
    routine = called.ordinal();
    answered = false;
  }

  /**
   * Whether a call that allocates may go on, or fails on purpose.
   *
   * @param called the routine
   * @return false when it has to return its failure; why is said already
   * @throws NtStatusException when a routine that raises fails on purpose
   */
  public boolean mayAllocate(Routine called) {
    return !kernel.verifier().injecting() || admitted(called);
  }

  private boolean admitted(Routine called) {
    Condition injected = called.injected();
    if (injected == null || !kernel.verifier().fails(called)) {
      return true;
    }
    refuse(injected, 0, 0);
    if (injected.effect() == Effect.RAISED) {
      throw new NtStatusException(injected);
    }
    return false;
  }

  /**
   * {@return the status of a call whose beginning was refused: that of a failure on purpose, else
   * STATUS_UNSUCCESSFUL}
   */
  public int failureStatus() {
    Condition condition = answer();
    return condition != null && condition.effect() == Effect.STATUS
        ? condition.answer().code()
        : NtStatus.STATUS_UNSUCCESSFUL;
  }

  /**
   * Begins a call whose answer to an IRQL that is too high carries numbers of its own.
   *
   * @param called the routine
   * @param second what follows the IRQL
   * @param third what follows that
   * @return false when the IRQL is too high; that is said already
   * @throws BugCheck when the system has stopped
   */
  public boolean enter(Routine called, long second, long third) {
    return begin(called, second, third) && mayAllocate(called);
  }

  /**
   * Begins a call like {@link #enter(Routine, long, long)}, of which its arguments tell whether it
   * allocates: then it asks {@link #mayAllocate}.
   *
   * @param called the routine
   * @param second what follows the IRQL
   * @param third what follows that
   * @return false when the IRQL is too high; that is said already
   * @throws BugCheck when the system has stopped
   */
  public boolean begin(Routine called, long second, long third) {
    requireRunning();
    routine = called.ordinal();
    if (answered && !called.onlyTells()) {
      answered = false;
    }
    if (processor.irql() > called.maxIrql()) {
      return irqlTooHigh(called, second, third);
    }
    return true;
  }

  /**
   * Begins a call of the DMA remapping interface: is the system running, and is the IRQL one at
   * which the routine may be called? Nothing of it fails on purpose.
   *
   * @param called the routine
   * @return false when the IRQL is too high; that is said already
   * @throws BugCheck when the system has stopped
   */
  public boolean enterDma(Routine called) {
    requireRunning();
    routine = called.ordinal();
    answered = false;
    int level = processor.irql();
    if (level <= called.maxIrql()) {
      return true;
    }
    Condition condition = called.irqlTooHigh();
    if (condition == null) {
      throw new IllegalStateException(called + " has no answer to a high IRQL");
    }
    misuse(condition, IRQL_IS_HIGHER, called.maxIrql(), level);
    return false;
  }

  private boolean irqlTooHigh(Routine called, long second, long third) {
    Condition condition = called.irqlTooHigh();
    if (condition == null) {
      throw new IllegalStateException(called + " has no answer to a high IRQL");
    }
    misuse(condition, irql(), second, third);
    return false;
  }

  /** Notes that an access of the driver's own is answered, not a routine. */
  void accessing() {
    routine = Routine.MEMORY_ACCESS.ordinal();
  }

  /**
   * Throws what has stopped the system.
   *
   * @throws BugCheck when it was stopped
   */
  public void requireRunning() {
    BugCheck stopped = kernel.stopped();
    if (stopped != null) {
      throw stopped;
    }
  }

  /**
   * Ends a call that was carried out.
   *
   * @param condition the first constant of its routine
   */
  public void done(Condition condition) {
    AnswerObserver observer = kernel.observer();
    if (observer != null) {
      observer.answered(condition);
    }
  }

  private @Nullable Condition answer() {
    return answered ? refused : null;
  }

  private void answer(Condition condition, long first, long second, long third) {
    refused = condition;
    answered = true;
    number1 = first;
    number2 = second;
    number3 = third;
    number4 = 0;
    done(condition);
  }

  /**
   * Refuses a call: NULL or a status is returned, and an event says why.
   *
   * @param condition which answer it is
   * @param first see {@link Answer#numbers}
   * @param second see {@link Answer#numbers}
   * @return the status of the answer
   */
  public int refuse(Condition condition, long first, long second) {
    return refuse(condition, first, second, 0);
  }

  /**
   * Refuses a call: NULL or a status is returned, and an event says why.
   *
   * @param condition which answer it is
   * @param first see {@link Answer#numbers}
   * @param second see {@link Answer#numbers}
   * @param third see {@link Answer#numbers}
   * @return the status of the answer
   */
  public int refuse(Condition condition, long first, long second, long third) {
    answer(condition, first, second, third);
    kernel.journal().record(EventKind.REFUSED, 0, 0, condition.number(), first);
    return condition.answer().code();
  }

  /**
   * Refuses a call by an exception: {@code throw c.raise(...)}.
   *
   * @param condition which answer it is, with the effect RAISED
   * @param first see {@link Answer#numbers}
   * @param second see {@link Answer#numbers}
   * @return what to throw
   */
  public NtStatusException raise(Condition condition, long first, long second) {
    refuse(condition, first, second, 0);
    return new NtStatusException(condition);
  }

  /**
   * What a routine raises that can't return a failure, when misuse has not stopped the system:
   * {@code throw c.afterMisuse()}.
   *
   * @return what to throw: STATUS_ACCESS_VIOLATION
   */
  public NtStatusException afterMisuse() {
    Condition condition = answer();
    if (condition == null) {
      throw new IllegalStateException("nothing was misused");
    }
    return new NtStatusException(condition, NtStatus.STATUS_ACCESS_VIOLATION);
  }

  /**
   * {@return whether an address is below system space}
   *
   * @param address any address
   */
  public boolean user(long address) {
    return Long.compareUnsigned(address, kernel.options().layout().base()) < 0;
  }

  /**
   * Says what a misuse is about, for the history in its report. Said before {@link #misuse}.
   *
   * @param address the first byte
   * @param pages how many pages
   * @param name what events may name, for example the address of an MDL; 0 for nothing
   */
  public void about(long address, long pages, long name) {
    aboutPage = Pages.of(address);
    aboutPages = pages;
    aboutName = name;
  }

  /**
   * Answers a misuse: by a bug check where there is one to raise, else by an event. When it
   * returns, the call returns its failure and has changed nothing.
   *
   * @param condition which answer it is: BUG_CHECK, VERIFIER or MISUSE
   * @param first the bug check's second parameter; the first, where that does not name a kind
   * @param second the next
   * @param third the next
   * @throws BugCheck unless misuse is recorded, or the verifier is off that would notice
   */
  public void misuse(Condition condition, long first, long second, long third) {
    misuse(condition, first, second, third, 0);
  }

  /**
   * Answers a misuse whose bug check has four numbers, none of which names a kind.
   *
   * @param condition which answer it is, as above
   * @param first the bug check's first parameter
   * @param second the next
   * @param third the next
   * @param fourth the last
   * @throws BugCheck as above
   */
  public void misuse(Condition condition, long first, long second, long third, long fourth) {
    answer(condition, first, second, third);
    number4 = fourth;
    boolean stops = kernel.verifier().stops(condition);
    EventKind kind = stops ? EventKind.STOPPED : EventKind.MISUSE;
    long detail = stops ? condition.answer().code() : condition.number();
    BugCheck bugCheck = stops ? kernel.misused(report(condition)) : null;
    kernel.journal().record(kind, Pages.address(aboutPage), aboutPages, detail, first);
    about(0, 0, 0);
    if (bugCheck != null) {
      throw bugCheck;
    }
  }

  /**
   * Notes something about a call that goes on. Under the verifier a use that it discourages is a
   * bug check.
   *
   * @param condition which answer it is: NOTED or DISCOURAGED
   * @param first see {@link Answer#numbers}
   * @param second see {@link Answer#numbers}
   * @param third see {@link Answer#numbers}
   * @return whether to go on; false when it was a bug check that is only recorded
   */
  public boolean note(Condition condition, long first, long second, long third) {
    if (condition.effect() == Effect.DISCOURAGED) {
      misuse(condition, first, second, third);
      return !kernel.verifier().stops(condition);
    }
    answer(condition, first, second, third);
    kernel.journal().record(EventKind.MISUSE, 0, 0, condition.number(), first);
    return true;
  }

  /**
   * {@return why the last call was refused, or what was noted about it; null for nothing. A call
   * that {@linkplain Routine#onlyTells only tells something} does not count}
   */
  public @Nullable Refusal lastRefusal() {
    Condition condition = answer();
    return condition == null ? null : new Refusal(condition, List.of(number1, number2, number3));
  }

  private BugCheckReport report(Condition condition) {
    Answer answer = condition.answer();
    boolean named = answer.parameter1() != Answer.NO_PARAMETER;
    List<Long> parameters =
        named
            ? List.of(answer.parameter1(), number1, number2, number3)
            : List.of(number1, number2, number3, number4);
    boolean sites = kernel.journal().listening();
    return new BugCheckReport(
        condition,
        Routine.of(routine).documentedName(),
        parameters,
        driver.name(),
        sites ? EventStream.callSite() : "",
        kernel.journal().history(aboutPage, aboutPages, aboutName, eventsThere()),
        Advice.inReport(answer));
  }

  private List<Event> eventsThere() {
    if (aboutPages == 0) {
      return List.of();
    }
    PteUse use = kernel.systemPtes().at(aboutPage);
    return use instanceof ReservedRange range
        ? range.reservation().events()
        : spaceOf(Pages.address(aboutPage)).events();
  }

  /**
   * {@return the address space in which an address is translated; null where there is none, below
   * system space without a process}
   *
   * @param address any address
   */
  public @Nullable AddressSpace spaceAt(long address) {
    if (Long.compareUnsigned(address, kernel.options().layout().base()) >= 0) {
      return kernel.systemSpace().space();
    }
    NtProcess current = process();
    return current == null ? null : current.space();
  }

  AddressSpace spaceOf(long address) {
    NtProcess current = process();
    return current == null || !user(address) ? kernel.systemSpace().space() : current.space();
  }
}
