using System.Net;
using Culvert.IntegrationTests.Crashes;
using Culvert.IntegrationTests.Processes;
using Culvert.IntegrationTests.Servers;

namespace Culvert.IntegrationTests.Clusters;

/// <summary>Publishes numbered messages at a steady pace, each until it is acknowledged by some node.</summary>
internal sealed class ClusterPublisher(Uri address, string token, string room, string name, AckBook book)
{
    private volatile bool _stopping;

    public string Room => room;

    /// <summary>Ends when <see cref="Stop"/> was called and everything begun is acknowledged.</summary>
    public async Task RunAsync()
    {
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(250));
        for (var number = 0; !_stopping; number++)
        {
            await PublishAsync(number);
            await pace.WaitForNextTickAsync(Bounded.Cancelled);
        }
    }

    public void Stop() => _stopping = true;

    /// <summary>The key of each message is also its text, so that readers can be compared with the acks.</summary>
    private async Task PublishAsync(int number)
    {
        var key = $"{room}.{name}.{number}";
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        while (true)
        {
            try
            {
                using var api = new Api(address, token);
                var (status, body) = await api.PublishAsync(room, $$"""{"text":"{{key}}"}""", key).Within(3);
                if (status is HttpStatusCode.Created or HttpStatusCode.OK)
                {
                    book.Add(key, Ack.Of(body));
                    return;
                }

                // A proxy, or a node that cannot commit now, says so; anything else is a fault.
                Assert.True(
                    (int)status is 429 or 500 or 502 or 503 or 504, $"{key}: {(int)status} {body}");
            }
            catch (Exception e) when (e is HttpRequestException or IOException or TimeoutException)
            {
                // Whether it was committed is not known, and the key makes it the same message.
            }

            book.Retried(1);
            await pause.WaitForNextTickAsync(Bounded.Cancelled);
        }
    }
}
