using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using Culvert.Chat;
using Culvert.Chat.Uploads;
using Culvert.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Culvert.Tests.Chat.Uploads;

public sealed class UploadTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task T1_38_A_picture_larger_than_a_request_may_be_comes_back_as_it_was()
    {
        await using var rig = await ContentRig.StartAsync();
        var picture = Pictures.WholePng(640, 480, RandomNumberGenerator.GetBytes(3 << 20));

        using var sent = await rig.UploadAsync("alice", "../cat\u202e.png", picture);
        var reply = await sent.Content.ReadFromJsonAsync<JsonElement>(Cancel);
        var id = reply.GetProperty("id").GetString();
        using var got = await rig.SendAsync("alice", HttpMethod.Get, $"/v1/rooms/lobby/files/{id}/cat.png");

        Assert.Equal(HttpStatusCode.Created, sent.StatusCode);
        Assert.Equal("cat.png", reply.GetProperty("name").GetString());
        Assert.Equal("image/png", reply.GetProperty("type").GetString());
        Assert.Equal(picture.Length, reply.GetProperty("size").GetInt64());
        Assert.Equal((640, 480), (reply.GetProperty("w").GetInt32(), reply.GetProperty("h").GetInt32()));
        Assert.Equal(picture, await got.Content.ReadAsByteArrayAsync(Cancel));
        var file = Assert.Single(rig.Stored());
        Assert.Equal(Path.Combine(rig.Uploads, id![..2], id[2..4], id), file);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        }
    }

    [Theory]
    [InlineData("cat.png", "<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "application/octet-stream")]
    [InlineData("page.html", "<!DOCTYPE html><script>alert(1)</script>", "application/octet-stream")]
    [InlineData("a.xml", "<?xml version='1.0'?><a/>", "application/octet-stream")]
    [InlineData("a.txt", "text", "application/octet-stream")]
    [InlineData("a.pdf", "%PDF-1.7", "application/pdf")]
    [InlineData("huge.gif", "GIF89a\u00ff\u00ff\u00ff\u00ff", "application/octet-stream")]
    [InlineData("a.gif", "GIF89a\u0001\0\u0001\0", "image/gif")]
    public async Task S_09_Only_what_is_safe_to_show_is_shown(string name, string content, string type)
    {
        await using var rig = await ContentRig.StartAsync();
        var id = await rig.PutAsync("alice", name, System.Text.Encoding.Latin1.GetBytes(content));

        using var got = await rig.SendAsync("alice", HttpMethod.Get, $"/v1/rooms/lobby/files/{id}/{name}");

        var kind = type.StartsWith("image/", StringComparison.Ordinal) ? "inline" : "attachment";
        Assert.Equal(type, got.Content.Headers.ContentType?.ToString());
        Assert.Equal($"{kind}; filename=\"{name}\"; filename*=UTF-8''{name}", Header(got, "Content-Disposition"));
        Assert.Equal("sandbox; default-src 'none'", Header(got, "Content-Security-Policy"));
        Assert.Equal("nosniff", Header(got, "X-Content-Type-Options"));
        Assert.Equal("same-origin", Header(got, "Cross-Origin-Resource-Policy"));
        Assert.Equal("no-cache, private", got.Headers.CacheControl?.ToString());
    }

    [Fact]
    public async Task S_09_A_picture_is_stored_without_where_it_was_taken()
    {
        await using var rig = await ContentRig.StartAsync();
        var secret = Pictures.PngChunk("eXIf", "52.5200N 13.4050E"u8.ToArray());

        var id = await rig.PutAsync("alice", "a.png", Pictures.WholePng(4, 4, before: secret, behind: secret));
        using var got = await rig.SendAsync("alice", HttpMethod.Get, $"/v1/rooms/lobby/files/{id}/a.png");

        Assert.Equal(Pictures.WholePng(4, 4), await got.Content.ReadAsByteArrayAsync(Cancel));
        Assert.Equal(Pictures.WholePng(4, 4), await File.ReadAllBytesAsync(Assert.Single(rig.Stored()), Cancel));
    }

    [Fact]
    public async Task S_09_A_broken_picture_is_a_file_like_any_other()
    {
        await using var rig = await ContentRig.StartAsync();
        var broken = Pictures.WholePng(4, 4)[..^3];

        var id = await rig.PutAsync("alice", "a.png", broken);
        using var got = await rig.SendAsync("alice", HttpMethod.Get, $"/v1/rooms/lobby/files/{id}/a.png");

        Assert.Equal("application/octet-stream", got.Content.Headers.ContentType?.ToString());
        Assert.StartsWith("attachment", Header(got, "Content-Disposition"), StringComparison.Ordinal);
        Assert.Equal(broken, await got.Content.ReadAsByteArrayAsync(Cancel));
        Assert.Single(rig.Stored());
    }

    [Fact]
    public async Task T1_38_A_part_of_a_file_can_be_had()
    {
        await using var rig = await ContentRig.StartAsync();
        var id = await rig.PutAsync("alice", "a.txt", "0123456789"u8.ToArray());
        var path = $"/v1/rooms/lobby/files/{id}/a.txt";

        using var part = await rig.SendAsync("alice", HttpMethod.Get, path, null, ("Range", "bytes=2-4"));
        using var beyond = await rig.SendAsync("alice", HttpMethod.Get, path, null, ("Range", "bytes=10-"));
        using var known = await rig.SendAsync("alice", HttpMethod.Get, path, null, ("If-None-Match", $"\"{id}\""));

        Assert.Equal(HttpStatusCode.PartialContent, part.StatusCode);
        Assert.Equal("234", await part.Content.ReadAsStringAsync(Cancel));
        Assert.Equal(HttpStatusCode.RequestedRangeNotSatisfiable, beyond.StatusCode);
        Assert.Equal(HttpStatusCode.NotModified, known.StatusCode);
    }

    [Fact]
    public async Task S_09_Before_the_message_only_its_sender_reads_a_file_and_afterwards_who_reads_the_room()
    {
        await using var rig = await ContentRig.StartAsync();
        var id = await rig.PutAsync("alice", "a.txt", "secret"u8.ToArray());
        var path = $"/v1/rooms/lobby/files/{id}/a.txt";
        var unknown = $"/v1/rooms/lobby/files/{FileNames.NewId()}/a.txt";
        await rig.ShowAsync("bob", "mine now", id);

        var (byOther, byForger) = (await rig.StatusAsync("carol", path), await rig.StatusAsync("bob", path));
        await rig.ShowAsync("alice", "here", id);
        var afterwards = await rig.StatusAsync("bob", path);

        Assert.Equal(HttpStatusCode.NotFound, byOther);
        Assert.Equal(HttpStatusCode.NotFound, byForger);
        Assert.Equal(HttpStatusCode.OK, afterwards);
        using var forbidden = await rig.SendAsync("carol", HttpMethod.Get, $"/v1/rooms/nowhere/files/{id}/a.txt");
        using var missing = await rig.SendAsync("carol", HttpMethod.Get, unknown);
        Assert.Equal(
            await forbidden.Content.ReadAsStringAsync(Cancel), await missing.Content.ReadAsStringAsync(Cancel));
    }

    [Fact]
    public async Task S_09_Access_is_asked_for_at_every_read()
    {
        await using var rig = await ContentRig.StartAsync();
        await rig.MustAsync("alice", HttpMethod.Post, "/v1/rooms", new { name = "den", kind = "private" });
        await rig.MustAsync("alice", HttpMethod.Post, "/v1/rooms/den/members", new { user = "bob" });
        using var sent = await rig.UploadAsync("alice", "a.txt", "secret"u8.ToArray(), "den");
        var id = (await sent.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("id").GetString();
        await rig.ShowInAsync("den", "alice", "", id!);
        var path = $"/v1/rooms/den/files/{id}/a.txt";

        var asMember = await rig.StatusAsync("bob", path);
        await rig.MustAsync("alice", HttpMethod.Delete, "/v1/rooms/den/members/bob");

        Assert.Equal(HttpStatusCode.OK, asMember);
        Assert.Equal(HttpStatusCode.NotFound, await rig.StatusAsync("bob", path));
        Assert.Equal(HttpStatusCode.NotFound, await rig.StatusAsync("carol", path));
        Assert.Equal(HttpStatusCode.NotFound, await rig.StatusAsync("alice", $"/v1/rooms/lobby/files/{id}/a.txt"));
    }

    [Fact]
    public async Task T1_27_The_file_of_an_erased_message_leaves_the_disk()
    {
        await using var rig = await ContentRig.StartAsync();
        var id = await rig.PutAsync("alice", "a.txt", "secret"u8.ToArray());
        var seq = await rig.ShowAsync("alice", "here", id);
        await rig.FollowedAsync();

        await rig.MustAsync("alice", HttpMethod.Delete, $"/v1/rooms/lobby/messages/{seq}");
        await rig.FollowedAsync();
        await rig.SweptAsync();

        Assert.Equal(HttpStatusCode.NotFound, await rig.StatusAsync("alice", $"/v1/rooms/lobby/files/{id}/a.txt"));
        Assert.Empty(rig.Stored());
    }

    [Fact]
    public async Task The_files_of_a_cleared_room_leave_the_disk()
    {
        await using var rig = await ContentRig.StartAsync();
        await rig.MustAsync("alice", HttpMethod.Post, "/v1/rooms", new { name = "den" });
        using var sent = await rig.UploadAsync("alice", "a.txt", "secret"u8.ToArray(), "den");
        var id = (await sent.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("id").GetString();
        await rig.ShowInAsync("den", "alice", "", id!);
        await rig.FollowedAsync("den");

        await rig.MustAsync("alice", HttpMethod.Post, "/v1/rooms/den/clear", new { why = "spring" });
        await rig.FollowedAsync("den");
        await rig.SweptAsync();

        Assert.Empty(rig.Stored());
    }

    [Fact]
    public async Task A_file_that_is_never_sent_is_swept_after_a_day()
    {
        await using var rig = await ContentRig.StartAsync();
        await rig.PutAsync("alice", "a.txt", "forgotten"u8.ToArray());
        var store = rig.Server.Server.Services.GetRequiredService<IFileStore>();
        var now = rig.Server.Time.GetUtcNow();

        await store.DropUnsentAsync((now - TimeSpan.FromHours(24)).ToUnixTimeMilliseconds(), Cancel);
        await rig.SweptAsync();
        var before = rig.Stored().Length;
        await store.DropUnsentAsync((now + TimeSpan.FromSeconds(1)).ToUnixTimeMilliseconds(), Cancel);
        await rig.SweptAsync();

        Assert.Equal(1, before);
        Assert.Empty(rig.Stored());
    }

    [Fact]
    public async Task T1_38_A_file_over_the_limit_is_refused_with_it_and_leaves_nothing()
    {
        await using var rig = await ContentRig.StartAsync(new ChatOptions { MaxFileBytes = 100_000 });

        using var announced = await rig.UploadAsync("alice", "a", new byte[100_001]);
        using var unannounced = await rig.SendAsync(
            "alice", HttpMethod.Post, "/v1/rooms/lobby/files?name=a", new ChunkedContent(new byte[150_000]));
        using var empty = await rig.UploadAsync("alice", "a", []);
        using var largest = await rig.UploadAsync("alice", "a", new byte[100_000]);

        var problem = await TestServer.ProblemAsync(announced, 413, "too_large");
        Assert.Contains("100000", (string?)problem["detail"], StringComparison.Ordinal);
        await TestServer.ProblemAsync(unannounced, 413, "too_large");

        // The connection ends behind it. A client that is not told may lose the request that it sends next.
        Assert.True(announced.Headers.ConnectionClose);
        Assert.True(unannounced.Headers.ConnectionClose);
        await TestServer.ProblemAsync(empty, 400, "bad_field");
        Assert.Equal(HttpStatusCode.Created, largest.StatusCode);
        Assert.Single(rig.Stored());
    }

    [Fact]
    public async Task S_09_A_user_has_a_share_a_day_and_the_server_a_limit()
    {
        await using var rig = await ContentRig.StartAsync(
            new ChatOptions { MaxFileBytesPerDay = 15_000, MaxFileBytesInAll = 25_000 });
        await rig.PutAsync("alice", "a", new byte[10_000]);

        using var tooMuch = await rig.UploadAsync("alice", "a", new byte[10_000]);
        await rig.PutAsync("bob", "a", new byte[10_000]);
        using var noRoom = await rig.UploadAsync("carol", "a", new byte[10_000]);
        rig.Server.Time.Advance(TimeSpan.FromHours(25));

        await TestServer.ProblemAsync(tooMuch, 429, "rate_limited");
        await TestServer.ProblemAsync(noRoom, 507, "storage_full");
    }

    [Fact]
    public async Task T1_38_A_file_arrives_over_HTTP_2_too()
    {
        await using var rig = await ContentRig.StartAsync();
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(
            HttpMethod.Post, $"{rig.Server.Server.Addresses[0]}/v1/rooms/lobby/files?name=a")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(new byte[300_000]),
        };
        request.Headers.Add("Authorization", $"Bearer {rig.Server.OwnerToken}");

        using var response = await client.SendAsync(request, Cancel);

        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        Assert.Equal(300_000, new FileInfo(Assert.Single(rig.Stored())).Length);
    }

    [Fact]
    public async Task Who_may_not_write_does_not_upload()
    {
        await using var rig = await ContentRig.StartAsync();
        await rig.MustAsync("alice", HttpMethod.Post, "/v1/rooms", new { name = "den" });
        await rig.MustAsync("alice", HttpMethod.Post, "/v1/rooms/den/mute", new { user = "bob" });

        using var muted = await rig.UploadAsync("bob", "a", [1], "den");
        using var nobody = await rig.Server.SendAsync(
            HttpMethod.Post, "/v1/rooms/den/files?name=a", new ByteArrayContent([1]));

        await TestServer.ProblemAsync(muted, 403, "muted");
        Assert.Equal(HttpStatusCode.Unauthorized, nobody.StatusCode);
        Assert.Empty(rig.Stored());
    }

    private static string Header(HttpResponseMessage response, string name) => string.Join(
        ", ",
        response.Headers.TryGetValues(name, out var values) ? values : response.Content.Headers.GetValues(name));
}
