using System.Globalization;
using Microsoft.Playwright;

namespace Culvert.IntegrationTests.Chat;

/// <summary>Files in the composer; the server's side of it has tests of its own.</summary>
[Collection(nameof(RoomBrowserCollection))]
public sealed class UploadTests(BrowserFixture browser)
{
    private const string Area = "#composer textarea";

    // Makes a picture of a size and puts it into the composer as if it were pasted.
    private const string PastePicture = """
        async ([width, height, type, name]) => {
            const canvas = new OffscreenCanvas(width, height);
            const context = canvas.getContext("2d");
            context.fillStyle = "teal";
            context.fillRect(0, 0, width, height);
            const blob = await canvas.convertToBlob({ type });
            const data = new DataTransfer();
            data.items.add(new File([blob], name, { type }));
            document.querySelector("#composer textarea").dispatchEvent(
                new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
        }
        """;

    [Fact]
    public async Task T1_38_A_pasted_picture_goes_with_the_message()
    {
        await using var rig = await StartAsync();
        var page = await (await rig.PersonAsync("alice")).EnterAsync("lobby");

        await page.EvaluateAsync(PastePicture, new object[] { 40, 30, "image/png", "pic.png" });
        await page.Locator(".upload[data-state=done] img").WaitForAsync();
        Assert.StartsWith("blob:", await page.Locator(".upload img").GetAttributeAsync("src"));
        await page.FillAsync(Area, "look");
        await page.PressAsync(Area, "Enter");
        await page.Locator(".message:not(.pending) .body", new() { HasText = "look" }).First.WaitForAsync();
        await page.WaitForFunctionAsync(
            "() => [...document.querySelectorAll('.message img')].some(i => i.naturalWidth === 40)");

        Assert.Equal(0, await page.Locator(".upload").CountAsync());
        var line = Assert.Single(await rig.Server.Owner.ReadLogAsync("lobby"), static l => l.Contains("\"look\""));
        Assert.Contains("\"name\":\"pic.png\"", line);
    }

    [Theory]
    [InlineData(4000, 1000, "image/png", 2560, 640)]
    [InlineData(40, 20, "image/jpeg", 40, 20)]
    public async Task T1_38_A_picture_is_made_smaller_and_loses_what_it_tells(
        int width, int height, string type, int newWidth, int newHeight)
    {
        await using var rig = await StartAsync();
        var page = await (await rig.PersonAsync("alice")).EnterAsync("lobby");

        var result = await page.EvaluateAsync<string>(
            """
            async ([width, height, type]) => {
                const { prepareImage } = await import("/chat/assets/current/scripts/upload-image.js");
                const canvas = new OffscreenCanvas(width, height);
                canvas.getContext("2d").fillRect(0, 0, width, height);
                let bytes = new Uint8Array(await (await canvas.convertToBlob({ type })).arrayBuffer());
                if (type === "image/jpeg") {
                    // A segment APP1 as cameras write it, right after the beginning.
                    const exif = new TextEncoder().encode("Exif\0\0SECRET-PLACE");
                    const length = exif.length + 2;
                    const head = [0xff, 0xe1, length >> 8, length & 255];
                    bytes = new Uint8Array([...bytes.slice(0, 2), ...head, ...exif, ...bytes.slice(2)]);
                }
                const file = await prepareImage(new File([bytes], "a.jpg", { type }));
                const bitmap = await createImageBitmap(file);
                const tells = new TextDecoder("latin1").decode(await file.arrayBuffer()).includes("SECRET-PLACE");
                return `${bitmap.width}x${bitmap.height} ${file.type} ${tells}`;
            }
            """,
            new object[] { width, height, type });

        Assert.Equal($"{newWidth}x{newHeight} {type} False".ToLowerInvariant(), result);
    }

    [Fact]
    public async Task T1_38_A_gif_goes_up_as_it_is()
    {
        await using var rig = await StartAsync();
        var page = await (await rig.PersonAsync("alice")).EnterAsync("lobby");
        var uploads = await AnswerAsync(page);

        await ChooseAsync(page, "a.gif", "image/gif", "GIF89a and more"u8.ToArray());
        await page.Locator(".upload[data-state=done]").WaitForAsync();

        Assert.Equal("GIF89a and more"u8.ToArray(), Assert.Single(uploads).PostDataBuffer);
    }

    [Fact]
    public async Task T1_38_What_is_too_big_is_said_before_anything_goes_up()
    {
        await using var rig = await StartAsync();
        var alice = await rig.PersonAsync("alice");
        var page = await alice.EnterAsync("lobby");
        var uploads = await AnswerAsync(page);

        await page.EvaluateAsync(
            """
            () => {
                const data = new DataTransfer();
                const part = new Blob([new Uint8Array(1_000_000)]);
                data.items.add(new File(Array(1_100).fill(part), "huge.bin"));
                data.items.add(new File([], "empty.txt"));
                document.querySelector("main").dispatchEvent(
                    new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
            }
            """);
        await page.Locator(".upload[data-state=refused]").Nth(1).WaitForAsync();

        Assert.Contains("Too big", await page.Locator(".upload-state").First.TextContentAsync());
        Assert.Contains("empty", await page.Locator(".upload-state").Last.TextContentAsync());
        var attach = page.Locator("#composer .composer-row button").First;
        Assert.Contains("up to", await attach.GetAttributeAsync("aria-label"));
        Assert.Empty(uploads);
    }

    [Fact]
    public async Task T1_38_A_failed_upload_is_tried_again_and_one_under_way_is_taken_out()
    {
        await using var rig = await StartAsync();
        var page = await (await rig.PersonAsync("alice")).EnterAsync("lobby");
        var attempts = 0;
        await page.RouteAsync("**/v1/rooms/lobby/files?**", route => ++attempts switch
        {
            1 => route.FulfillAsync(new()
            {
                Status = 507,
                ContentType = "application/problem+json",
                Body = """{"code":"storage_full","detail":"There is no room for files left."}""",
            }),
            2 => FulfilAsync(route),
            _ => Task.CompletedTask, // Never answered.
        });

        await ChooseAsync(page, "notes.txt", "text/plain", "hello"u8.ToArray());
        await page.Locator(".upload[data-state=failed]").WaitForAsync();
        Assert.Equal(
            "The server has no room left. Tell its owner.", await page.Locator(".upload-state").TextContentAsync());
        await page.FillAsync(Area, "with a file");
        await page.PressAsync(Area, "Enter");
        await page.Locator("#composer-note.problem").WaitForAsync();
        Assert.Equal("with a file", await page.InputValueAsync(Area));
        await page.GetByRole(AriaRole.Button, new() { Name = "Try notes.txt again" }).ClickAsync();
        await page.Locator(".upload[data-state=done]").WaitForAsync();

        await ChooseAsync(page, "slow.txt", "text/plain", "hello"u8.ToArray());
        await page.Locator(".upload[data-state=sending]").WaitForAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Take slow.txt out" }).ClickAsync();
        await page.PressAsync(Area, "Enter");
        await page.Locator(".message:not(.pending) .body", new() { HasText = "with a file" }).First.WaitForAsync();

        Assert.Equal(0, await page.Locator(".upload").CountAsync());
    }

    private static Task ChooseAsync(IPage page, string name, string type, byte[] content) =>
        page.SetInputFilesAsync(
            "#composer input[type=file]", new FilePayload { Name = name, MimeType = type, Buffer = content });

    /// <summary>Answers uploads as the server does, and keeps them.</summary>
    private static async Task<List<IRequest>> AnswerAsync(IPage page)
    {
        List<IRequest> uploads = [];
        await page.RouteAsync("**/v1/rooms/lobby/files?**", route =>
        {
            uploads.Add(route.Request);
            return FulfilAsync(route);
        });
        return uploads;
    }

    private static Task FulfilAsync(IRoute route) => route.FulfillAsync(new()
    {
        Status = 201,
        ContentType = "application/json",
        Body = string.Create(
            CultureInfo.InvariantCulture,
            $$"""{"id":"f1","name":"x","size":{{route.Request.PostDataBuffer?.Length ?? 0}},"type":"text/plain"}"""),
    });

    private Task<ChatRig> StartAsync() => ChatRig.StartAsync(browser);
}
