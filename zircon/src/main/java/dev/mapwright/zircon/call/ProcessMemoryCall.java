package dev.mapwright.zircon.call;

import static dev.mapwright.zircon.abi.MxLimits.MX_MAX_REMOTE_BYTES;

import dev.mapwright.core.Access;
import dev.mapwright.core.Outcome;
import dev.mapwright.core.Pages;
import dev.mapwright.core.memory.MemoryObject;
import dev.mapwright.core.memory.ObjectKind;
import dev.mapwright.core.space.MappingInfo;
import dev.mapwright.zircon.abi.MxRights;
import dev.mapwright.zircon.abi.MxStatus;
import dev.mapwright.zircon.answer.Condition;
import dev.mapwright.zircon.answer.ProcessReadMemory;
import dev.mapwright.zircon.answer.ProcessWriteMemory;
import dev.mapwright.zircon.handle.Handle;
import dev.mapwright.zircon.handle.ObjectType;
import dev.mapwright.zircon.object.MxProcess;
import org.jspecify.annotations.Nullable;

/**
 * mx_process_read_memory and mx_process_write_memory: a debugger's access. It finds the mapping at
 * an address and then the object, whatever the mapping's permissions, and runs on in the object,
 * beyond the mapping's end, up to the object's size in bytes.
 */
final class ProcessMemoryCall {
  /** The answers of one of the two routines, and the rights it needs. */
  record Answers(
      int rights,
      Access bufferAccess,
      Condition noBuffer,
      Condition length,
      Condition badHandle,
      Condition lacksRight,
      Condition wrongType,
      Condition notMapped,
      Condition physical,
      Condition rangeWraps,
      Condition beyondEnd,
      Condition badBuffer,
      @Nullable Condition outOfMemory) {}

  static final Answers READ =
      new Answers(
          MxRights.MX_RIGHT_READ | MxRights.MX_RIGHT_WRITE,
          Access.WRITE,
          ProcessReadMemory.NO_BUFFER,
          ProcessReadMemory.LENGTH,
          ProcessReadMemory.BAD_HANDLE,
          ProcessReadMemory.LACKS_RIGHT,
          ProcessReadMemory.WRONG_TYPE,
          ProcessReadMemory.NOT_MAPPED,
          ProcessReadMemory.PHYSICAL,
          ProcessReadMemory.RANGE_WRAPS,
          ProcessReadMemory.BEYOND_END,
          ProcessReadMemory.BAD_BUFFER,
          null);

  static final Answers WRITE =
      new Answers(
          MxRights.MX_RIGHT_WRITE,
          Access.READ,
          ProcessWriteMemory.NO_BUFFER,
          ProcessWriteMemory.LENGTH,
          ProcessWriteMemory.BAD_HANDLE,
          ProcessWriteMemory.LACKS_RIGHT,
          ProcessWriteMemory.WRONG_TYPE,
          ProcessWriteMemory.NOT_MAPPED,
          ProcessWriteMemory.PHYSICAL,
          ProcessWriteMemory.RANGE_WRAPS,
          ProcessWriteMemory.BEYOND_END,
          ProcessWriteMemory.BAD_BUFFER,
          ProcessWriteMemory.OUT_OF_MEMORY);

  private ProcessMemoryCall() {}

  static int run(
      MxContext c, Answers answers, int processHandle, long address, long buffer, long len) {
    if (buffer == 0) {
      return c.refuse(answers.noBuffer());
    }
    if (len == 0 || Long.compareUnsigned(len, MX_MAX_REMOTE_BYTES) > 0) {
      return c.refuse(answers.length(), len, 0);
    }
    Handle handle =
        Lookup.find(
            c,
            processHandle,
            ObjectType.PROCESS,
            answers.rights(),
            answers.badHandle(),
            answers.lacksRight(),
            answers.wrongType());
    if (handle == null) {
      return c.refused();
    }
    MxProcess process = (MxProcess) handle.object();
    if (!c.hold(process)) {
      return c.refuse(answers.badHandle(), processHandle, 0);
    }
    try {
      return in(c, answers, process, address, buffer, len);
    } finally {
      c.release(process);
    }
  }

  private static int in(
      MxContext c, Answers answers, MxProcess process, long address, long buffer, long len) {
    MappingInfo mapping = process.space().mappingOf(Pages.of(address));
    MemoryObject memory = mapping == null ? null : mapping.object();
    if (mapping == null || memory == null || !memory.tryRetain()) {
      return c.refuse(answers.notMapped(), address, 0);
    }
    try {
      return from(c, answers, process, mapping, memory, address, buffer, len);
    } finally {
      memory.release();
    }
  }

  private static int from(
      MxContext c,
      Answers answers,
      MxProcess process,
      MappingInfo mapping,
      MemoryObject memory,
      long address,
      long buffer,
      long len) {
    if (memory.kind() == ObjectKind.PHYSICAL) {
      return c.refuse(answers.physical(), address, 0);
    }
    long page = mapping.objectPage() + (Pages.of(address) - mapping.firstPage());
    long offset = Pages.address(page) + Pages.offset(address);
    if (Long.compareUnsigned(offset + len, offset) < 0) {
      return c.refuse(answers.rangeWraps(), offset, len);
    }
    long size = process.system().bytesOf(memory);
    if (Long.compareUnsigned(offset, size) > 0) {
      return c.refuse(answers.beyondEnd(), offset, size);
    }
    long bytes = Long.compareUnsigned(len, size - offset) <= 0 ? len : size - offset;
    if (!c.policy.remoteAccessIgnoresEndOfMapping()) {
      bytes = Math.min(bytes, Pages.lastAddress(mapping.lastPage()) - address + 1);
    }
    if (!UserMemory.accessible(c, buffer, bytes, answers.bufferAccess())) {
      return c.refuse(answers.badBuffer(), buffer, len);
    }
    Copy copy =
        answers == READ
            ? Copy.out(c, memory, offset, buffer, bytes)
            : Copy.in(c, memory, offset, buffer, bytes);
    return switch (copy) {
      case DONE -> {
        c.bytes = bytes;
        yield MxStatus.MX_OK;
      }
      case BAD_BUFFER -> c.refuse(answers.badBuffer(), buffer, len);
      case BEYOND_END -> c.refuse(answers.beyondEnd(), offset, size);
      case OUT_OF_MEMORY -> {
        Condition outOfMemory = answers.outOfMemory();
        if (outOfMemory == null) {
          throw MxContext.unexpected(Outcome.OUT_OF_FRAMES);
        }
        yield c.refuse(outOfMemory, address, 0);
      }
    };
  }
}
