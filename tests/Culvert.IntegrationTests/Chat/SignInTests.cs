namespace Culvert.IntegrationTests.Chat;

/// <summary>Signing in and out by the pages.</summary>
[Collection(nameof(PageBrowserCollection))]
public sealed class SignInTests(BrowserFixture browser)
{
    [Fact]
    public async Task A_wrong_password_keeps_the_name_and_says_no_more_than_an_unknown_name()
    {
        await using var rig = await ChatRig.StartAsync(browser);
        using var alice = await rig.Server.Owner.NewUserAsync("alice");
        var stranger = await rig.StrangerAsync();

        await stranger.Page.GotoAsync("/login");
        await stranger.Page.FillAsync("#name", "alice");
        await stranger.Page.FillAsync("#password", "not the password");
        await stranger.Page.ClickAsync("#login button");

        Assert.Equal(
            "User alice not found, or the password is wrong",
            await stranger.Page.Locator("#problem span").TextContentAsync());
        Assert.Equal("alice", await stranger.Page.InputValueAsync("#name"));
    }
}
