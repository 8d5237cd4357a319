import java.security.MessageDigest;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.queue.ChronicleQueue;
import net.openhft.chronicle.queue.ExcerptAppender;
import net.openhft.chronicle.queue.ExcerptTailer;
import net.openhft.chronicle.queue.RollCycle;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;
import net.openhft.chronicle.queue.rollcycles.TestRollCycles;
import net.openhft.chronicle.queue.RollCycles;
import net.openhft.chronicle.wire.DocumentContext;

/**
 * The Java side of chronicle.mjs: a real Chronicle Queue, used with the documents PAL writes.
 * write DIR CYCLE SPACING COUNT BLOCK TIME FIRST NUMBER SIZE | read DIR | seek DIR INDEX... | follow DIR NUMBER SIZE
 */
public final class ChronicleInterop {
  private ChronicleInterop() {}

  public static void main(String[] args) throws Exception {
    switch (args[0]) {
      case "write" -> write(args);
      case "read" -> read(args[1], Long.MAX_VALUE, -1);
      case "follow" -> read(args[1], Long.parseLong(args[2]), Integer.parseInt(args[3]));
      case "seek" -> seek(args);
      default -> throw new IllegalArgumentException(args[0]);
    }
  }

  /** Message n of a given base size: the same rule as in chronicle.mjs. */
  private static byte[] body(long n, int size) {
    byte[] bytes = new byte[size + (int) (n % 7)];
    for (int i = 0; i < bytes.length; i++) bytes[i] = (byte) (n * 31 + i);
    return bytes;
  }

  private static RollCycle cycle(String name) {
    return name.startsWith("TEST") ? TestRollCycles.valueOf(name) : RollCycles.valueOf(name);
  }

  private static void write(String[] a) {
    long time = Long.parseLong(a[6]);
    long first = Long.parseLong(a[7]);
    long number = Long.parseLong(a[8]);
    int size = Integer.parseInt(a[9]);
    try (ChronicleQueue queue =
            SingleChronicleQueueBuilder.binary(a[1])
                .rollCycle(cycle(a[2]))
                .indexSpacing(Integer.parseInt(a[3]))
                .indexCount(Integer.parseInt(a[4]))
                .blockSize(Long.parseLong(a[5]))
                .timeProvider(() -> time)
                .build();
        ExcerptAppender appender = queue.createAppender()) {
      for (long n = first; n < first + number; n++) {
        byte[] bytes = body(n, size);
        try (DocumentContext context = appender.writingDocument()) {
          Bytes<?> out = context.wire().bytes();
          out.writeByte((byte) (1 + n % 11));
          out.writeInt(bytes.length);
          out.write(bytes);
        }
      }
      System.out.println("last " + appender.lastIndexAppended());
    }
  }

  private static void read(String dir, long want, int size) throws Exception {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    long n = 0;
    long last = -1;
    long until = System.currentTimeMillis() + 60_000;
    try (ChronicleQueue queue = SingleChronicleQueueBuilder.binary(dir).readOnly(true).build();
        ExcerptTailer tailer = queue.createTailer()) {
      while (n < want && System.currentTimeMillis() < until) {
        try (DocumentContext context = tailer.readingDocument()) {
          if (!context.isPresent()) {
            if (size < 0) break;
            Thread.sleep(1);
            continue;
          }
          Bytes<?> in = context.wire().bytes();
          byte type = in.readByte();
          byte[] bytes = new byte[in.readInt()];
          in.read(bytes);
          digest.update(type);
          digest.update(bytes);
          last = context.index();
          n++;
        }
      }
    }
    StringBuilder hex = new StringBuilder();
    for (byte b : digest.digest()) hex.append(String.format("%02x", b));
    System.out.println("read " + n + " " + last + " " + hex);
  }

  private static void seek(String[] a) {
    try (ChronicleQueue queue = SingleChronicleQueueBuilder.binary(a[1]).readOnly(true).build();
        ExcerptTailer tailer = queue.createTailer()) {
      for (int k = 2; k < a.length; k++) {
        boolean found = tailer.moveToIndex(Long.parseLong(a[k]));
        try (DocumentContext context = tailer.readingDocument()) {
          System.out.println("seek " + found + " " + (context.isPresent() ? context.wire().bytes().readByte() : -1));
        }
      }
    }
  }
}
