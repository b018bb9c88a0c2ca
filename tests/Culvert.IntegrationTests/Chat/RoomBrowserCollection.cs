namespace Culvert.IntegrationTests.Chat;

/// <summary>
/// The tests of the page of a room, which share a browser and run one after another, beside those of
/// <see cref="PageBrowserCollection"/>.
/// </summary>
[CollectionDefinition(nameof(RoomBrowserCollection))]
public sealed class RoomBrowserCollection : ICollectionFixture<BrowserFixture>;
