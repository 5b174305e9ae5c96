package dev.mapwright.proof.zircon;

import static org.assertj.core.api.Assertions.assertThat;

/** Makes calls on a subject with pointers to cells, and hands back what the cells got. */
final class Hands {
  static final int RW = Bits.PERM_READ | Bits.PERM_WRITE;

  final Subject subject;
  final Boot boot;

  Hands(Subject subject) {
    this.subject = subject;
    this.boot = subject.boot();
  }

  long cell(int n) {
    return boot.rootBase() + Boot.SCRATCH + n * 16L;
  }

  long buffer() {
    return boot.rootBase() + Boot.SCRATCH + 2 * Bits.PAGE;
  }

  long input() {
    return boot.rootBase() + Boot.INPUT;
  }

  int handle(int n) {
    return (int) number(n);
  }

  long number(int n) {
    long[] value = new long[1];
    assertThat(subject.load(0, cell(n), 8, value)).isEqualTo(Status.OK);
    return value[0];
  }

  int vmo(long bytes) {
    assertThat(subject.call(new VmoCreate.Call(bytes, 0, cell(0)))).isEqualTo(Status.OK);
    return handle(0);
  }

  int cloneOf(int vmo, long offset, long bytes) {
    assertThat(subject.call(new VmoClone.Call(vmo, 1, offset, bytes, cell(0))))
        .isEqualTo(Status.OK);
    return handle(0);
  }

  int duplicate(int handle, int rights) {
    assertThat(subject.call(new HandleDuplicate.Call(handle, rights, cell(0))))
        .isEqualTo(Status.OK);
    return handle(0);
  }

  /** A region with all permissions that takes SPECIFIC, somewhere in the root. */
  int region(int pages) {
    int status =
        subject.call(
            new VmarAllocate.Call(
                boot.root(),
                0,
                pages * Bits.PAGE,
                Bits.CAN_MAP_ALL | Bits.CAN_MAP_SPECIFIC,
                cell(0),
                cell(1)));
    assertThat(status).isEqualTo(Status.OK);
    return handle(0);
  }

  long base(int region) {
    assertThat(subject.call(new ObjectGetInfo.Call(region, 7, buffer(), 16, 0, 0)))
        .isEqualTo(Status.OK);
    long[] value = new long[1];
    subject.load(0, buffer(), 8, value);
    return value[0];
  }

  /** Maps at a page of a region, and gives the status. */
  int mapAt(int region, long page, int vmo, long vmoPage, int pages, int flags) {
    return subject.call(
        new VmarMap.Call(
            region,
            page * Bits.PAGE,
            vmo,
            vmoPage * Bits.PAGE,
            pages * Bits.PAGE,
            flags | Bits.SPECIFIC,
            cell(2)));
  }

  /** What a CPU of the caller loads. */
  long load(long address) {
    long[] value = new long[1];
    assertThat(subject.load(0, address, 8, value)).isEqualTo(Status.OK);
    return value[0];
  }
}
