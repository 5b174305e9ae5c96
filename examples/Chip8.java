// A CHIP-8 with its picture in mapped memory: a game runs on it, and the terminal shows it.
//
// What the engine does here: the guest's 4 KiB are one page that it may read, write and execute,
// and what lies outside of them faults by itself. The font is ROM inside of that page, so no page's
// permission can protect it: a hook does, to the byte. Each row of the picture is the first 8 bytes
// of a page of its own, so the dirty pages are the rows to be drawn again: nothing here notes what
// was drawn. Time is the machine's clock, one step for each instruction, and random numbers are
// the machine's, so every run is the same.
//
// In a terminal the game is shown at its speed. Elsewhere the picture is printed when the guest
// makes a sound. Instructions do what they did on the first computer that had them, the COSMAC VIP,
// but drawing does not wait for the picture tube.
//
//     mapwright run Chip8.java

import dev.mapwright.core.*;
import dev.mapwright.core.machine.*;
import dev.mapwright.core.memory.*;
import dev.mapwright.core.space.*;
import dev.mapwright.sim.*;
import java.nio.ByteOrder;
import java.util.*;

static final int FONT = 0x50;
static final int PROGRAM = 0x200;
static final long VIDEO = 0x1_0000; // beyond what the guest can address: it draws, and never stores
static final int WIDTH = 64;
static final int HEIGHT = 32;
static final int STEPS_PER_FRAME = 60; // and 60 frames are a second

/** Who plays: from which frame on which key is held. */
static final String KEYS = "0:- 20:5 22:- 57:4 62:- 150:1 152:-";

Cpu cpu;
RandomStream random;
int pc = PROGRAM;
int i;
final int[] v = new int[16];
final Deque<Integer> returns = new ArrayDeque<>();
int delayTimer;
int soundTimer;
boolean sounds; // since the last frame
final NavigableMap<Long, Integer> keys = new TreeMap<>();
int key = -1; // which is held
String ended;

final boolean terminal = System.console() != null && System.console().isTerminal();
long frames;
long framesDrawn;
long rowsDrawn;

void main() {
  for (String held : KEYS.split(" ")) {
    String[] parts = held.split(":");
    keys.put(Long.parseLong(parts[0]), Character.digit(parts[1].charAt(0), 16)); // -1 for none
  }
  try (SimulatedMachine machine = SimulatedMachine.builder().ram(0, 1024).seed(8).build();
      AddressSpace space = AddressSpace.create(machine, "chip-8", 0, 0xFF).get()) {
    cpu = machine.newCpu();
    cpu.attach(space);
    random = machine.seeds().stream("chip-8", 0);
    space.root().mapContents(0, memory(), Permissions.ALL).orThrow();
    MemoryObject video = MemoryObject.paged(machine, HEIGHT).get();
    MapRequest request = new MapRequest().object(video, 0).pages(HEIGHT);
    request.where().at(Pages.of(VIDEO));
    space.root().map(request).orThrow();
    video.release(); // the mapping keeps it
    space.trackDirty(true);

    AccessHook readOnly = (by, access, address, bytes, value) -> false;
    int fontEnd = FONT + GLYPHS.length() / 2 - 1;
    try (Hook rom = space.hook(FONT, fontEnd, Set.of(Access.WRITE), readOnly).get()) {
      run(space, machine.clock());
    }
    IO.println("%s at step %d".formatted(ended, machine.clock().now()));
    IO.println("%d frames, %d of them drawn: %d rows of %d".formatted(
        frames, framesDrawn, rowsDrawn, frames * HEIGHT));
  }
}

/** The guest's memory as it is when the computer is switched on. */
static byte[] memory() {
  byte[] memory = new byte[4096];
  byte[] font = HexFormat.of().parseHex(GLYPHS);
  System.arraycopy(font, 0, memory, FONT, font.length);
  for (String line : GAME.split("\n")) {
    if (!line.startsWith(";")) {
      int word = Integer.parseInt(line, 5, 9, 16);
      int address = Integer.parseInt(line, 0, 3, 16);
      memory[address] = (byte) (word >> 8);
      memory[address + 1] = (byte) word;
    }
  }
  return memory;
}

void run(AddressSpace space, Clock clock) {
  Clock.Alarm[] frame = new Clock.Alarm[1];
  frame[0] = clock.alarm(() -> {
    frame[0].setAfter(STEPS_PER_FRAME);
    frame(space);
  });
  frame[0].setAfter(STEPS_PER_FRAME);
  while (ended == null) {
    int at = pc;
    try {
      step();
    } catch (MemoryFault caught) {
      IO.println("instruction at 0x%x: %s".formatted(at, caught.fault()));
      if (caught.fault().reason() != FaultReason.STOPPED) {
        ended = "a wild access";
      }
    }
    clock.advance(1);
  }
  clock.advance(STEPS_PER_FRAME); // the last picture
}

/** Sixty times a second: timers, keys, and what is new in the picture. */
void frame(AddressSpace space) {
  frames++;
  key = keys.floorEntry(frames).getValue();
  delayTimer = Math.max(0, delayTimer - 1);
  soundTimer = Math.max(0, soundTimer - 1);

  BitSet rows = new BitSet();
  space.collectDirty(Pages.of(VIDEO), HEIGHT, true, (page, pages) -> {
    int row = (int) (page - Pages.of(VIDEO));
    rows.set(row, row + (int) pages);
  }).orThrow();
  if (!rows.isEmpty()) {
    framesDrawn++;
    rowsDrawn += rows.cardinality();
  }
  if (terminal) {
    show(rows);
  } else if (sounds) {
    IO.println("frame %d, a sound:".formatted(frames));
    IO.println("┌" + "─".repeat(WIDTH) + "┐");
    for (int row = 0; row < HEIGHT; row += 2) {
      IO.println("│" + line(row) + "│");
    }
    IO.println("└" + "─".repeat(WIDTH) + "┘");
  }
  sounds = false;
}

/** Draws what has changed over what the terminal shows, and waits for the next frame. */
void show(BitSet rows) {
  if (frames == 1) {
    IO.print("\033[2J"); // an empty screen
    rows.set(0, HEIGHT);
  }
  for (int row = 0; row < HEIGHT; row += 2) {
    if (rows.get(row) || rows.get(row + 1)) {
      IO.print("\033[%d;1H%s│".formatted(row / 2 + 1, line(row)));
    }
  }
  IO.print(sounds ? "\007" : "");
  IO.print("\033[%d;1H".formatted(HEIGHT / 2 + 1)); // the line below
  try {
    Thread.sleep(1000 / 60);
  } catch (InterruptedException e) {
    ended = "interrupted";
  }
}

/** Two rows of the picture as one line of text. */
String line(int row) {
  long upper = row(row);
  long lower = row(row + 1);
  StringBuilder line = new StringBuilder();
  for (int x = WIDTH - 1; x >= 0; x--) {
    line.append(" ▄▀█".charAt((int) (upper >>> x & 1) << 1 | (int) (lower >>> x & 1)));
  }
  return line.toString();
}

/** The pixels of a row, the leftmost in the highest bit. */
long row(int row) {
  return cpu.load(Pages.address(Pages.of(VIDEO) + row), 8, ByteOrder.BIG_ENDIAN);
}

void setRow(int row, long pixels) {
  cpu.store(Pages.address(Pages.of(VIDEO) + row), 8, pixels, ByteOrder.BIG_ENDIAN);
}

/** One instruction. In the comments: what assemblers call it. */
void step() {
  int word = (int) cpu.fetch(pc, 2, ByteOrder.BIG_ENDIAN);
  int x = word >> 8 & 15;
  int y = word >> 4 & 15;
  int n = word & 15;
  int nn = word & 0xFF;
  int nnn = word & 0xFFF;
  pc += 2;
  switch (word >> 12) {
    case 0 -> {
      switch (word) {
        case 0x00E0 -> clear(); // cls
        case 0x00EE -> pc = returns.pop(); // ret
        default -> ended = "a call of machine code, at 0x%x,".formatted(pc - 2); // sys
      }
    }
    case 1 -> jump(nnn); // jp
    case 2 -> { // call
      returns.push(pc);
      jump(nnn);
    }
    case 3 -> skip(v[x] == nn); // se vx, nn
    case 4 -> skip(v[x] != nn); // sne vx, nn
    case 5 -> skip(v[x] == v[y]); // se vx, vy
    case 6 -> v[x] = nn; // ld vx, nn
    case 7 -> v[x] = v[x] + nn & 0xFF; // add vx, nn
    case 8 -> compute(n, x, v[x], v[y]);
    case 9 -> skip(v[x] != v[y]); // sne vx, vy
    case 10 -> i = nnn; // ld i
    case 11 -> jump(nnn + v[0]); // jp v0
    case 12 -> v[x] = (int) random.below(256) & nn; // rnd
    case 13 -> draw(v[x] % WIDTH, v[y] % HEIGHT, n); // drw
    case 14 -> skip((key == (v[x] & 15)) == (nn == 0x9E)); // skp, or else sknp
    default -> other(nn, x);
  }
}

void jump(int to) {
  if (to == pc - 2) {
    ended = "the guest has stopped"; // it jumps to itself, as all do that have nothing left to do
  }
  pc = to;
}

void skip(boolean condition) {
  pc += condition ? 2 : 0;
}

/** The instructions 8xyn. The flag is set last: it wins where vf is the result, too. */
void compute(int n, int x, int a, int b) {
  int result = switch (n) {
    case 0 -> b; // ld
    case 1 -> a | b; // or
    case 2 -> a & b; // and
    case 3 -> a ^ b; // xor
    case 4 -> a + b; // add
    case 5 -> a - b; // sub
    case 6 -> b >> 1; // shr
    case 7 -> b - a; // subn
    default -> b << 1; // shl
  };
  v[x] = result & 0xFF;
  v[15] = switch (n) {
    case 0 -> v[15];
    case 4, 14 -> result >> 8; // what was carried, or shifted out
    case 6 -> b & 1;
    case 5, 7 -> result < 0 ? 0 : 1; // nothing was borrowed
    default -> 0;
  };
}

/** The instructions Fxnn. */
void other(int nn, int x) {
  switch (nn) {
    case 0x07 -> v[x] = delayTimer; // ld vx, dt
    case 0x0A -> { // ld vx, k
      v[x] = key & 0xFF;
      pc -= key < 0 ? 2 : 0; // again, until there is one
    }
    case 0x15 -> delayTimer = v[x]; // ld dt, vx
    case 0x18 -> { // ld st, vx
      soundTimer = v[x];
      sounds = true;
    }
    case 0x1E -> i = i + v[x] & 0xFFFF; // add i, vx
    case 0x29 -> i = FONT + 5 * (v[x] & 15); // ld f, vx
    case 0x33 -> { // ld b, vx
      cpu.store(i, 1, v[x] / 100);
      cpu.store(i + 1, 1, v[x] / 10 % 10);
      cpu.store(i + 2, 1, v[x] % 10);
    }
    case 0x55 -> { // ld [i], vx
      for (int r = 0; r <= x; r++, i++) {
        cpu.store(i, 1, v[r]);
      }
    }
    case 0x65 -> { // ld vx, [i]
      for (int r = 0; r <= x; r++, i++) {
        v[r] = (int) cpu.load(i, 1);
      }
    }
    default -> ended = "no instruction at 0x%x:".formatted(pc - 2);
  }
}

void clear() {
  for (int row = 0; row < HEIGHT; row++) {
    if (row(row) != 0) {
      setRow(row, 0); // only where something is: what is stored to is drawn
    }
  }
}

/** Turns pixels over. What lies beyond the right or lower edge is cut off. */
void draw(int x, int y, int rows) {
  boolean met = false;
  for (int r = 0; r < rows && y + r < HEIGHT; r++) {
    long pixels = cpu.load(i + r, 1) << WIDTH - 8 >>> x;
    long before = row(y + r);
    met |= (before & pixels) != 0;
    setRow(y + r, before ^ pixels);
  }
  v[15] = met ? 1 : 0;
}

/** What the digits 0 to F look like: five rows of four pixels each. */
static final String GLYPHS =
    "60909090602060202070E0106080F0E0106010E09090F01010F080E010E06080E09060F010204040"
        + "609060906060907010606090F09090E090E090E07080808070E0909090E0F080E080F0F080E08080";

/** The game: address, bytes, and what they mean. A ball, a paddle, two balls to lose. */
static final String GAME =
    """
    ; Instructions that the game does not need are tried first; the last of them jumps to it.
    200  6035          ld v0, 0x35
    202  610F          ld v1, 0x0F
    204  8200          ld v2, v0
    206  8211          or v2, v1       ; 3F
    208  8203          xor v2, v0      ; 0A
    20A  8212          and v2, v1      ; 0A
    20C  822E          shl v2, v2      ; 14
    20E  8326          shr v3, v2      ; 0A
    210  8317          subn v3, v1     ; 0F - 0A = 05, and vf = 1: nothing borrowed
    212  83F4          add v3, vf      ; 06
    214  A2F6          ld i, scratch
    216  F355          ld [i], v3      ; four bytes, the last of them 06
    218  A2F6          ld i, scratch
    21A  6403          ld v4, 3
    21C  F41E          add i, v4
    21E  F065          ld v0, [i]
    220  5030          se v0, v3       ; skips what is wrong
    222  0000          sys 0
    224  9010          sne v0, v1
    226  0000          sys 0
    228  3006          se v0, 6
    22A  0000          sys 0
    22C  6002          ld v0, 2
    22E  B22E          jp v0, ready-2
    230  6A0C  ready:  ld va, 12       ; the paddle's highest row
    232  6B00          ld vb, 0        ; hits
    234  6C02          ld vc, 2        ; balls
    236  00E0          cls
    238  22C4          call paddle
    23A  22D2          call score
    23C  F00A          ld v0, k        ; whoever plays presses any key
    23E  6632  serve:  ld v6, 50       ; the ball: column
    240  C70F          rnd v7, 0x0F    ; and row
    242  7708          add v7, 8
    244  68FF          ld v8, 0xFF     ; to the left
    246  22E8          call aim
    248  22CC          call ball
    24A  6001  loop:   ld v0, 1        ; one step in each frame
    24C  F015          ld dt, v0
    24E  F007  wait:   ld v0, dt
    250  3000          se v0, 0
    252  124E          jp wait
    254  6001          ld v0, 1
    256  E0A1          sknp v0
    258  22B2          call up
    25A  6004          ld v0, 4
    25C  E09E          skp v0
    25E  1262          jp move
    260  22BC          call down
    262  22CC  move:   call ball       ; drawn again: gone
    264  8684          add v6, v8
    266  8794          add v7, v9
    268  4700          sne v7, 0       ; walls
    26A  6901          ld v9, 1
    26C  471E          sne v7, 30
    26E  69FF          ld v9, 0xFF
    270  463E          sne v6, 62
    272  68FF          ld v8, 0xFF
    274  22CC          call ball
    276  4600          sne v6, 0
    278  12A0          jp missed
    27A  3604          se v6, 4        ; is it beside the paddle?
    27C  124A          jp loop
    27E  8070          ld v0, v7
    280  7001          add v0, 1       ; 0 to 6 below the row before the paddle's?
    282  80A5          sub v0, va
    284  3F01          se vf, 1
    286  124A          jp loop         ; above it
    288  6106          ld v1, 6
    28A  8105          sub v1, v0
    28C  3F01          se vf, 1
    28E  124A          jp loop         ; below it
    290  22E8          call aim
    292  6801          ld v8, 1
    294  22D2          call score      ; the old one is gone
    296  7B01          add vb, 1
    298  22D2          call score
    29A  6004          ld v0, 4
    29C  F018          ld st, v0
    29E  124A          jp loop
    2A0  22CC  missed: call ball
    2A2  601E          ld v0, 30
    2A4  F018          ld st, v0
    2A6  7CFF          add vc, 0xFF
    2A8  3C00          se vc, 0
    2AA  123E          jp serve
    2AC  A050          ld i, 0x50      ; that was all. A wild store: over the font
    2AE  F055          ld [i], v0
    2B0  12B0  end:    jp end
    2B2  4A00  up:     sne va, 0
    2B4  00EE          ret
    2B6  22C4          call paddle
    2B8  7AFE          add va, 0xFE
    2BA  12C4          jp paddle       ; which returns
    2BC  4A1A  down:   sne va, 26
    2BE  00EE          ret
    2C0  22C4          call paddle
    2C2  7A02          add va, 2
    2C4  A2F0  paddle: ld i, bar
    2C6  6002          ld v0, 2
    2C8  D0A6          drw v0, va, 6
    2CA  00EE          ret
    2CC  A2F0  ball:   ld i, bar
    2CE  D672          drw v6, v7, 2
    2D0  00EE          ret
    2D2  A2F6  score:  ld i, scratch   ; in decimal, two digits of it
    2D4  FB33          ld b, vb
    2D6  F265          ld v2, [i]
    2D8  6334          ld v3, 52
    2DA  6401          ld v4, 1
    2DC  F129          ld f, v1
    2DE  D345          drw v3, v4, 5
    2E0  6339          ld v3, 57
    2E2  F229          ld f, v2
    2E4  D345          drw v3, v4, 5
    2E6  00EE          ret
    2E8  C901  aim:    rnd v9, 1       ; up or down
    2EA  4900          sne v9, 0
    2EC  69FF          ld v9, 0xFF
    2EE  00EE          ret
    2F0  C0C0  bar:    db C0C0
    2F2  C0C0          db C0C0
    2F4  C0C0          db C0C0
    2F6  0000  scratch:db 0000
    2F8  0000          db 0000
    """;
