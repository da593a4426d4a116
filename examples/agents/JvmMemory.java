import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;

/**
 * Sends the memory of this JVM as OTLP in JSON, under the names of OpenTelemetry's semantic conventions, with nothing but the
 * JDK: JvmMemory.start(url, token or null, service, instance, intervalMs). The heap is sent as one pool.
 */
public final class JvmMemory {
  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  public static void start(String url, String token, String service, String instance, long intervalMs) {
    Thread thread = new Thread(() -> run(url, token, service, instance, intervalMs), "jvm-memory");
    thread.setDaemon(true);
    thread.start();
  }

  /** For a try: java JvmMemory.java URL SERVICE INSTANCE INTERVAL_MS LEAK_KIB_PER_100_MS */
  public static void main(String[] args) throws Exception {
    start(args[0], null, args[1], args[2], Long.parseLong(args[3]));
    List<byte[]> kept = new ArrayList<>();
    while (true) {
      kept.add(new byte[Integer.parseInt(args[4]) * 1024]);
      Thread.sleep(100);
    }
  }

  private static void run(String url, String token, String service, String instance, long intervalMs) {
    while (true) {
      try {
        HttpRequest.Builder request =
            HttpRequest.newBuilder(URI.create(url + "/v1/metrics"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body(service, instance)));
        if (token != null) request.header("Authorization", "Bearer " + token);
        HttpResponse<String> answer = CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 200) System.err.println(answer.statusCode() + " " + answer.body());
        Thread.sleep(intervalMs);
      } catch (InterruptedException e) {
        return;
      } catch (Exception e) {
        System.err.println("jvm-memory: " + e);
        try {
          Thread.sleep(intervalMs);
        } catch (InterruptedException interrupted) {
          return;
        }
      }
    }
  }

  private static String body(String service, String instance) {
    long now = System.currentTimeMillis();
    long started = ManagementFactory.getRuntimeMXBean().getStartTime();
    MemoryUsage heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
    long live = 0;
    for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
      MemoryUsage after = pool.getCollectionUsage();
      if (pool.getType() == MemoryType.HEAP && after != null) live += after.getUsed();
    }
    long count = 0;
    long pausedMs = 0;
    for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
      count += Math.max(0, collector.getCollectionCount());
      pausedMs += Math.max(0, collector.getCollectionTime());
    }
    String times = times(started, now);
    return "{\"resourceMetrics\":[{\"resource\":{\"attributes\":["
        + attribute("service.name", service)
        + ","
        + attribute("service.instance.id", instance)
        + "]},\"scopeMetrics\":[{\"scope\":{\"name\":\"jvm-memory\"},\"metrics\":["
        + heap("jvm.memory.used", heap.getUsed(), times)
        + ","
        + (heap.getMax() > 0 ? heap("jvm.memory.limit", heap.getMax(), times) + "," : "")
        + (live > 0 ? heap("jvm.memory.used_after_last_gc", live, times) + "," : "")
        + "{\"name\":\"jvm.gc.duration\",\"unit\":\"s\",\"histogram\":{\"aggregationTemporality\":2,\"dataPoints\":[{"
        + times
        + ",\"count\":\""
        + count
        + "\",\"sum\":"
        + pausedMs / 1000.0
        + "}]}}]}]}]}";
  }

  private static String heap(String name, long bytes, String times) {
    return "{\"name\":\""
        + name
        + "\",\"unit\":\"By\",\"sum\":{\"aggregationTemporality\":2,\"isMonotonic\":false,\"dataPoints\":[{"
        + times
        + ",\"asInt\":\""
        + bytes
        + "\",\"attributes\":["
        + attribute("jvm.memory.type", "heap")
        + "]}]}}";
  }

  private static String times(long startMs, long nowMs) {
    return "\"startTimeUnixNano\":\"" + startMs + "000000\",\"timeUnixNano\":\"" + nowMs + "000000\"";
  }

  private static String attribute(String key, String value) {
    String text = value.replace("\\", "\\\\").replace("\"", "\\\"");
    return "{\"key\":\"" + key + "\",\"value\":{\"stringValue\":\"" + text + "\"}}";
  }
}
