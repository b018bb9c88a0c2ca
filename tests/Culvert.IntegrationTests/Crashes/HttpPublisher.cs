using System.Net;
using Culvert.IntegrationTests.Processes;
using Culvert.IntegrationTests.Servers;

namespace Culvert.IntegrationTests.Crashes;

/// <summary>One POST after the other on a connection that is kept alive.</summary>
internal sealed class HttpPublisher(string name, ServerSlot slot, AckBook book) : CrashPublisher(name, slot, book)
{
    public override async Task RunAsync()
    {
        var number = 0;
        var seen = 0;
        while (!IsStopping)
        {
            var (server, current) = await Slot.AfterAsync(seen).Within(60);
            using var api = new Api(server.Address, server.Token);
            while (await TryPublishAsync(api, number))
            {
                number++;
                if (IsStopping)
                {
                    return;
                }
            }

            Book.Retried(1);
            seen = current;
        }

        // Stopped between two servers: what was begun is still owed.
        var (last, _) = await Slot.AfterAsync(seen).Within(60);
        using var lastApi = new Api(last.Address, last.Token);
        Assert.True(await TryPublishAsync(lastApi, number), "the last server must answer");
    }

    private async Task<bool> TryPublishAsync(Api api, int number)
    {
        try
        {
            Slot.Sending();
            var (status, body) = await api.PublishAsync(Room, DataOf(number), KeyOf(number)).Within(30);
            if (status is HttpStatusCode.ServiceUnavailable)
            {
                return false;
            }

            Assert.True(
                status is HttpStatusCode.Created or HttpStatusCode.OK, $"{KeyOf(number)}: {(int)status} {body}");
            Book.Add(KeyOf(number), Ack.Of(body));
            return true;
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return false;
        }
    }
}
