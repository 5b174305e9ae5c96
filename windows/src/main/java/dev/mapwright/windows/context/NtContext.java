package dev.mapwright.windows.context;

import dev.mapwright.core.Access;
import dev.mapwright.core.Fault;
import dev.mapwright.core.FaultReason;
import dev.mapwright.core.MemoryFault;
import dev.mapwright.core.Pages;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.event.Event;
import dev.mapwright.core.event.EventKind;
import dev.mapwright.core.event.EventStream;
import dev.mapwright.core.machine.Cpu;
import dev.mapwright.core.machine.Translation;
import dev.mapwright.core.machine.TranslationEntry;
import dev.mapwright.core.space.AddressSpace;
import dev.mapwright.windows.abi.Irql;
import dev.mapwright.windows.abi.NtStatus;
import dev.mapwright.windows.answer.Advice;
import dev.mapwright.windows.answer.Answer;
import dev.mapwright.windows.answer.AnswerObserver;
import dev.mapwright.windows.answer.Condition;
import dev.mapwright.windows.answer.Effect;
import dev.mapwright.windows.answer.MemoryAccess;
import dev.mapwright.windows.answer.Routine;
import dev.mapwright.windows.bugcheck.BugCheck;
import dev.mapwright.windows.bugcheck.BugCheckReport;
import dev.mapwright.windows.bugcheck.NtStatusException;
import dev.mapwright.windows.memory.ContiguousRelease;
import dev.mapwright.windows.memory.FrameList;
import dev.mapwright.windows.memory.IoSpaceRelease;
import dev.mapwright.windows.memory.Makers;
import dev.mapwright.windows.memory.MdlFields;
import dev.mapwright.windows.memory.MdlUnmapping;
import dev.mapwright.windows.memory.PageProbe;
import dev.mapwright.windows.memory.PoolRelease;
import dev.mapwright.windows.memory.PteRequest;
import dev.mapwright.windows.memory.PteUse;
import dev.mapwright.windows.memory.ReservedRange;
import dev.mapwright.windows.memory.ReservedRequest;
import dev.mapwright.windows.memory.ShownRam;
import dev.mapwright.windows.memory.UserRequest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who calls: a processor with its process and IRQL, and the driver in whose name the call is made.
 * Every routine takes one as its first argument, and every access of a driver to memory goes
 * through one.
 *
 * <p>It also keeps what a call needs for a moment, so that calls allocate nothing; and the answer
 * of the last call, see {@link #lastRefusal}.
 *
 * <p><b>How a routine is written.</b> It begins with {@link #enter}, asks its questions in the
 * documented order, and answers each by {@link #refuse}, {@link #misuse}, {@link #raise} or, where
 * it goes on, {@link #note}; nothing has changed until then. It ends with {@link #done}.
 *
 * <p>Used by one thread at a time, and by one call at a time: what a call runs into (the handler of
 * a device, a callback) makes calls with other contexts, unless a routine says otherwise.
 */
public final class NtContext {
  private final Kernel kernel;
  private final Processor processor;
  private final Driver driver;
  private final int driverMaker;

  private final FrameList frames;
  private final FrameList scratch;
  private final MdlFields mdl = new MdlFields();
  private final MdlFields otherMdl = new MdlFields();
  private final MdlUnmapping mdlUnmapping = new MdlUnmapping();
  private final PageProbe pageProbe;
  private final PteRequest pteRequest;
  private final ShownRam shownRam;
  private final IoSpaceRelease ioSpaceRelease = new IoSpaceRelease();
  private final ContiguousRelease contiguousRelease = new ContiguousRelease();
  private final PoolRelease poolRelease = new PoolRelease();
  private final ReservedRequest reservedRequest;
  private final UserRequest userRequest;

  /** The routine that is running, or ran last. */
  private Routine routine = Routine.MEMORY_ACCESS;

  /** The answer of the last call; null for one that was carried out, or none. */
  private @Nullable Condition refused;

  private long number1;
  private long number2;
  private long number3;
  private long number4;

  // What a misuse is about, for the report.
  private long aboutPage;
  private long aboutPages;
  private long aboutName;

  NtContext(Kernel kernel, Processor processor, Driver driver) {
    this.kernel = kernel;
    this.processor = processor;
    this.driver = driver;
    driverMaker = kernel.makers().number(new Makers.Maker(driver.name(), ""));
    frames = new FrameList(kernel.machine().failures());
    scratch = new FrameList(kernel.machine().failures());
    reservedRequest = new ReservedRequest(frames);
    userRequest = new UserRequest(frames);
    pteRequest = new PteRequest(kernel.systemPtes(), frames);
    pageProbe = new PageProbe(kernel.machine().frames(), kernel.pageLocks(), kernel.cacheBook());
    shownRam = new ShownRam(kernel.machine());
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

  // ---- what a call needs for a moment

  /** {@return the pages that the call is about} */
  public FrameList frames() {
    return frames;
  }

  /** {@return another list of pages} */
  public FrameList scratch() {
    return scratch;
  }

  /** {@return what the MDL of the call says} */
  public MdlFields mdl() {
    return mdl;
  }

  /** {@return what another MDL of the call says} */
  public MdlFields otherMdl() {
    return otherMdl;
  }

  /** {@return what decides whether the mapping of an MDL may be unmapped} */
  public MdlUnmapping mdlUnmapping() {
    return mdlUnmapping;
  }

  /** {@return what finds and locks pages} */
  public PageProbe pageProbe() {
    return pageProbe;
  }

  /** {@return what is to be mapped in system PTEs: the pages of {@link #frames}} */
  public PteRequest pteRequest() {
    return pteRequest;
  }

  /** {@return what is to be mapped or unmapped in a reservation: the pages of {@link #frames}} */
  public ReservedRequest reservedRequest() {
    return reservedRequest;
  }

  /** {@return RAM that is about to be shown by its physical address} */
  public ShownRam shownRam() {
    return shownRam;
  }

  /** {@return what is told about a mapping of I/O space that is removed} */
  public IoSpaceRelease ioSpaceRelease() {
    return ioSpaceRelease;
  }

  /** {@return what is told about contiguous or non-cached memory that is freed} */
  public ContiguousRelease contiguousRelease() {
    return contiguousRelease;
  }

  /** {@return what is told about a block of pool that is freed} */
  public PoolRelease poolRelease() {
    return poolRelease;
  }

  /** {@return what is to be mapped into a process: the pages of {@link #frames}} */
  public UserRequest userRequest() {
    return userRequest;
  }

  /** {@return who makes what this call makes, see {@link Makers}} */
  public int maker() {
    return kernel.journal().listening()
        ? kernel.makers().number(new Makers.Maker(driver.name(), EventStream.callSite()))
        : driverMaker;
  }

  boolean provideRoom(int pages) {
    return frames.offerRoom(pages) && scratch.offerRoom(pages);
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
    routine = called;
    refused = null;
  }

  /** Whether a routine may go on, or fails on purpose. */
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
    Condition condition = refused;
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
    requireRunning();
    routine = called;
    refused = null;
    if (processor.irql() > called.maxIrql()) {
      return irqlTooHigh(called, second, third);
    }
    return !kernel.verifier().injecting() || admitted(called);
  }

  private boolean irqlTooHigh(Routine called, long second, long third) {
    Condition condition = called.irqlTooHigh();
    if (condition == null) {
      throw new IllegalStateException(called + " has no answer to a high IRQL");
    }
    misuse(condition, irql(), second, third);
    return false;
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

  private void answer(Condition condition, long first, long second, long third) {
    refused = condition;
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
    Condition condition = refused;
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
    Effect effect = condition.effect();
    boolean stops =
        effect == Effect.BUG_CHECK
            || (effect == Effect.VERIFIER || effect == Effect.DISCOURAGED)
                && kernel.verifier().on();
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
      return !kernel.verifier().on();
    }
    answer(condition, first, second, third);
    kernel.journal().record(EventKind.MISUSE, 0, 0, condition.number(), first);
    return true;
  }

  /** {@return why the last call was refused, or what was noted about it; null for nothing} */
  public @Nullable Refusal lastRefusal() {
    Condition condition = refused;
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
        routine.documentedName(),
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

  private AddressSpace spaceOf(long address) {
    NtProcess current = process();
    return current == null || !user(address) ? kernel.systemSpace().space() : current.space();
  }

  // ---- memory

  /**
   * Loads a value, as code of the driver does it.
   *
   * @param address the first byte
   * @param bytes 1, 2, 4 or 8
   * @return the value, zero-extended; 0 when misuse is recorded only
   * @throws BugCheck when a byte can't be read
   */
  public long load(long address, int bytes) {
    requireRunning();
    try {
      return processor.cpu().load(address, bytes);
    } catch (MemoryFault fault) {
      routine = Routine.MEMORY_ACCESS;
      misuse(fault.fault());
      return 0;
    }
  }

  /**
   * Stores a value, as code of the driver does it.
   *
   * @param address the first byte
   * @param bytes 1, 2, 4 or 8
   * @param value the value
   * @throws BugCheck when a byte can't be written
   */
  public void store(long address, int bytes, long value) {
    requireRunning();
    try {
      processor.cpu().store(address, bytes, value);
    } catch (MemoryFault fault) {
      routine = Routine.MEMORY_ACCESS;
      misuse(fault.fault());
    }
  }

  /**
   * Fetches an instruction word, as the processor does it that runs code of the driver.
   *
   * @param address the first byte
   * @param bytes 1, 2, 4 or 8
   * @return the value, zero-extended; 0 when misuse is recorded only
   * @throws BugCheck when a byte can't be executed
   */
  public long fetch(long address, int bytes) {
    requireRunning();
    try {
      return processor.cpu().fetch(address, bytes);
    } catch (MemoryFault fault) {
      routine = Routine.MEMORY_ACCESS;
      misuse(fault.fault());
      return 0;
    }
  }

  /**
   * Loads a value, as code of the current process does it in user mode.
   *
   * @param address the first byte
   * @param bytes 1, 2, 4 or 8
   * @return the value, zero-extended
   * @throws NtStatusException STATUS_ACCESS_VIOLATION when it can't be read, or lies in system
   *     space
   */
  public long userLoad(long address, int bytes) {
    requireUser(address, bytes, Access.READ);
    try {
      return processor.cpu().load(address, bytes);
    } catch (MemoryFault fault) {
      throw raise(MemoryAccess.USER_ACCESS_VIOLATION, address, Access.READ.ordinal());
    }
  }

  /**
   * Stores a value, as code of the current process does it in user mode.
   *
   * @param address the first byte
   * @param bytes 1, 2, 4 or 8
   * @param value the value
   * @throws NtStatusException STATUS_ACCESS_VIOLATION when it can't be written, or lies in system
   *     space
   */
  public void userStore(long address, int bytes, long value) {
    requireUser(address, bytes, Access.WRITE);
    try {
      processor.cpu().store(address, bytes, value);
    } catch (MemoryFault fault) {
      throw raise(MemoryAccess.USER_ACCESS_VIOLATION, address, Access.WRITE.ordinal());
    }
  }

  private void requireUser(long address, int bytes, Access access) {
    requireRunning();
    routine = Routine.MEMORY_ACCESS;
    long highest = kernel.options().layout().highestUserAddress();
    if (Long.compareUnsigned(address, highest - (bytes - 1)) > 0) {
      throw raise(MemoryAccess.USER_ACCESS_VIOLATION, address, access.ordinal());
    }
  }

  /**
   * Reads what an MDL says.
   *
   * @param address its address, any number
   * @return false when it can't be read; that is answered already
   * @throws BugCheck when it can't be read
   */
  public boolean readMdl(long address) {
    return readMdl(address, mdl);
  }

  /**
   * Reads what one of several MDLs says.
   *
   * @param address its address, any number
   * @param into what it says afterwards
   * @return false when it can't be read; that is answered already
   * @throws BugCheck when it can't be read
   */
  public boolean readMdl(long address, MdlFields into) {
    try {
      into.read(processor.cpu(), address);
      return true;
    } catch (MemoryFault fault) {
      misuse(fault.fault());
      return false;
    }
  }

  /**
   * Reads what a mapping depends on of an MDL: flags, and where the buffer lies.
   *
   * @param address its address, any number
   * @return false when it can't be read; that is answered already
   * @throws BugCheck when it can't be read
   */
  public boolean readMdlBuffer(long address) {
    try {
      mdl.readBuffer(processor.cpu(), address);
      return true;
    } catch (MemoryFault fault) {
      misuse(fault.fault());
      return false;
    }
  }

  /**
   * Reads the PFNs of the MDL that was read.
   *
   * @return false when they can't be read; that is answered already
   * @throws BugCheck when they can't be read
   */
  public boolean readPfns() {
    try {
      mdl.readPfns(processor.cpu(), frames);
      return true;
    } catch (MemoryFault fault) {
      misuse(fault.fault());
      return false;
    }
  }

  /**
   * Answers a wrong access, by the bug check that it causes.
   *
   * @param fault what could not be accessed
   * @throws BugCheck unless misuse is recorded
   */
  public void misuse(Fault fault) {
    long address = fault.faultAddress();
    Access access = fault.access();
    AddressSpace space = spaceOf(address);
    about(address, 1, 0);
    int allowed = allowed(space.translation(), Pages.of(address));
    if (fault.reason() == FaultReason.SOURCE_FAILED && irql() >= Irql.DISPATCH_LEVEL) {
      int kind = access == Access.READ ? 0 : access == Access.WRITE ? 1 : 8;
      misuse(MemoryAccess.OUT_AT_HIGH_IRQL, address, irql(), kind);
    } else if (access == Access.WRITE && (allowed & Permissions.READ) != 0) {
      misuse(MemoryAccess.READ_ONLY, address, pte(space.translation(), Pages.of(address)), 0);
    } else if (access == Access.FETCH && allowed != Permissions.NONE) {
      long pte = pte(space.translation(), Pages.of(address));
      misuse(MemoryAccess.NOT_EXECUTABLE, address, pte, 0);
    } else {
      long kind = access == Access.READ ? 0 : access == Access.WRITE ? 2 : 0x10;
      misuse(MemoryAccess.INVALID_ADDRESS, address, kind, 0, whyInvalid(space, fault));
    }
  }

  /**
   * {@return the table entry that ends the walk for an address, as it is in memory; 0 when there is
   * none}
   *
   * @param address any address
   */
  public long pte(long address) {
    return pte(spaceOf(address).translation(), Pages.of(address));
  }

  /** The fourth parameter of bug check 0x50: no page table, not canonical, or else a freed PTE. */
  private static long whyInvalid(AddressSpace space, Fault fault) {
    List<Translation.WalkStep> steps = space.translation().walk(Pages.of(fault.faultAddress()));
    if (fault.reason() == FaultReason.NOT_CANONICAL || steps.isEmpty()) {
      return 4;
    }
    return steps.getLast().level() == 1 ? 0 : 2;
  }

  private static int allowed(Translation translation, long page) {
    long entry = translation.entry(page);
    return TranslationEntry.bare(entry)
        ? TranslationEntry.asked(entry)
        : TranslationEntry.permissions(entry);
  }

  private static long pte(Translation translation, long page) {
    List<Translation.WalkStep> steps = translation.walk(page);
    return steps.isEmpty() ? 0 : steps.getLast().bits();
  }
}
