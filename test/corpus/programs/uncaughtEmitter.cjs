const { EventEmitter } = require('events');
class Service extends EventEmitter { start() { this.emit('error', new Error('service failed')); } }
function boot() { new Service().start(); }
boot();
